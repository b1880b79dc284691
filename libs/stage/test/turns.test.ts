import { type Lane, sleep } from '@docfleet/domain';
import { ocrTask, runContext } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { createStageHarness, ocrStage, passOn, type StageHarness, type Handler } from './stage-harness.ts';

interface Started {
  readonly tenantId: string;
  readonly lane: Lane;
  readonly requestId: string;
  readonly atMs: number;
}

/** Takes one second; notes what was started, and how many were at work at once in each run. */
function secondHandler(): {
  readonly started: Started[];
  readonly most: () => number;
  readonly handle: Handler;
} {
  const started: Started[] = [];
  const atWork = new Map<string, number>();
  let most = 0;
  return {
    started,
    most: () => most,
    handle: async (task, { clock, run }) => {
      const { tenantId, lane, requestId, runId } = run;
      started.push({ tenantId, lane, requestId: requestId ?? '', atMs: clock.now() });
      atWork.set(runId, (atWork.get(runId) ?? 0) + 1);
      most = Math.max(most, atWork.get(runId) ?? 0);
      await sleep(clock, 1_000);
      atWork.set(runId, (atWork.get(runId) ?? 1) - 1);
      return passOn(task);
    },
  };
}

async function give(harness: StageHarness, lane: Lane, tenantId: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const requestId = `${tenantId}-${lane}-${String(index)}`;
    await harness.produce(
      `ocr.tasks.${lane}`,
      ocrTask({ context: runContext({ tenantId, lane, requestId }) }),
      {
        key: requestId,
      },
    );
  }
}

test('M-06: urgent work starts at once behind a queue of normal work, because a slot is kept for it', async () => {
  const harness = createStageHarness();
  const { started, handle } = secondHandler();
  await give(harness, 'normal', 'acme', 200);
  await harness.start('a', { stage: ocrStage(handle, { maxConcurrentRuns: 4 }) });
  await harness.advance(10_500);
  const givenAt = harness.clock.now();
  await give(harness, 'urgent', 'beta', 1);
  await harness.advance(1_000);
  const urgent = started.find(({ lane }) => lane === 'urgent');
  expect((urgent?.atMs ?? Infinity) - givenAt).toBeLessThan(50);
});

test('M-06: with work in every lane all lanes move, by their weights', async () => {
  const harness = createStageHarness();
  const { started, handle } = secondHandler();
  for (const lane of ['urgent', 'high', 'normal'] as const) await give(harness, lane, 'acme', 150);
  await harness.start('a', { stage: ocrStage(handle, { maxConcurrentRuns: 1 }), ageBoundMs: 3_600_000 });
  await harness.advance(120_000);
  const count = (lane: Lane): number => Math.round(started.filter((item) => item.lane === lane).length / 10);
  expect([count('urgent'), count('high'), count('normal')]).toEqual([8, 3, 1]);
});

test("M-07: another tenant's document starts within three service times behind a flood", async () => {
  const harness = createStageHarness();
  const { started, handle } = secondHandler();
  await give(harness, 'normal', 'flood', 400);
  await harness.start('a', { stage: ocrStage(handle, { maxConcurrentRuns: 2 }) });
  await harness.advance(20_000);
  const givenAt = harness.clock.now();
  await give(harness, 'normal', 'quiet', 1);
  await harness.advance(5_000);
  const quiet = started.find(({ tenantId }) => tenantId === 'quiet');
  expect((quiet?.atMs ?? Infinity) - givenAt).toBeLessThan(3_000);
});

test('a run is never worked twice at once, also when its records come on several partitions and lanes', async () => {
  const harness = createStageHarness();
  const { started, most, handle } = secondHandler();
  await harness.start('a', { stage: ocrStage(handle, { maxConcurrentRuns: 4 }) });
  for (const lane of ['urgent', 'high', 'normal'] as const)
    for (const partition of [0, 1])
      await harness.produce(`ocr.tasks.${lane}`, ocrTask({ context: runContext({ lane }) }), { partition });
  await harness.advance(20_000);
  expect([started.length, most()]).toEqual([6, 1]);
});

test('M-08: with its look-ahead full a process stops fetching, and goes on when there is room', async () => {
  const harness = createStageHarness({ maxFetchRecords: 5 });
  const { started, handle } = secondHandler();
  await give(harness, 'normal', 'acme', 60);
  const running = await harness.start('a', {
    stage: ocrStage(handle, { maxConcurrentRuns: 1 }),
    maxRecords: 10,
  });
  let most = 0;
  for (let second = 0; second < 65; second += 1) {
    most = Math.max(most, running.load().records);
    await harness.advance(1_000);
  }
  expect(most).toBeLessThanOrEqual(21);
  expect(most).toBeGreaterThanOrEqual(10);
  expect(started).toHaveLength(60);
  expect(harness.lag()).toBe(0);
});
