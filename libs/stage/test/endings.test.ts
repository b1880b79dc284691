import { failure, FailureError, sleep } from '@docfleet/domain';
import { endRun } from '../src/index.ts';
import { ocrTask, runContext } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { createStageHarness, recordingHandler, ocrStage, type StageHarness } from './stage-harness.ts';

async function endingsOf(harness: StageHarness): Promise<readonly unknown[]> {
  const tasks = await harness.values('integration.tasks.normal');
  return tasks.map(({ ending }) => [ending.status, ending.failure?.code ?? null, ending.endedBy]);
}

test('M-13: a document fault ends the run failed, without a dead letter and without another attempt', async () => {
  const harness = createStageHarness();
  let tries = 0;
  const stage = ocrStage(() => {
    tries += 1;
    return Promise.reject(new FailureError('DOC_CORRUPT', { page: 3 }));
  });
  await harness.start('a', { stage });
  await harness.produce('ocr.tasks.normal', ocrTask());
  await harness.advance(5_000);
  expect(tries).toBe(1);
  expect(await endingsOf(harness)).toEqual([['failed', 'DOC_CORRUPT', 'ocr']]);
  expect(await harness.eventSummaries()).toEqual(['ending 1 DOC_CORRUPT']);
  expect(harness.records('ocr.dead-letter')).toEqual([]);
});

test("M-10: work beyond the stage's time limit is told to stop and ends the run with the stage's code", async () => {
  const harness = createStageHarness();
  const reasons: unknown[] = [];
  const stage = ocrStage(async (_task, { clock, signal }) => {
    await sleep(clock, 500_000, signal).catch((error: unknown) => {
      reasons.push(error instanceof FailureError ? error.code : error);
      throw error;
    });
    throw new Error('not reached');
  });
  await harness.start('a', { stage });
  await harness.produce('ocr.tasks.normal', ocrTask());
  await harness.advance(120_100);
  expect(reasons).toEqual(['TIMEOUT_OCR']);
  expect(await endingsOf(harness)).toEqual([['failed', 'TIMEOUT_OCR', 'ocr']]);
});

test('M-10: work that does not listen is given up after a grace, and its slot is free again', async () => {
  const harness = createStageHarness();
  let begun = 0;
  const stage = ocrStage(
    async (_task, { clock }) => {
      begun += 1;
      await sleep(clock, 3_600_000);
      throw new Error('too late');
    },
    { maxConcurrentRuns: 1 },
  );
  await harness.start('a', { stage });
  await harness.produce('ocr.tasks.normal', ocrTask());
  await harness.produce('ocr.tasks.normal', ocrTask({ context: runContext({ requestId: 'second' }) }));
  await harness.advance(126_000);
  expect(begun).toBe(2);
  expect(await endingsOf(harness)).toEqual([['failed', 'TIMEOUT_OCR', 'ocr']]);
});

test("M-10: the run's budget of active time is shorter than the stage's limit", async () => {
  const harness = createStageHarness();
  const { handle } = recordingHandler(60_000);
  await harness.start('a', { stage: ocrStage(handle) });
  await harness.produce('ocr.tasks.normal', ocrTask({ context: runContext({ usedMs: 570_000 }) }));
  await harness.produce(
    'ocr.tasks.high',
    ocrTask({ context: runContext({ requestId: 'spent', lane: 'high', usedMs: 600_000 }) }),
  );
  await harness.advance(31_000);
  expect(await endingsOf(harness)).toEqual([['failed', 'TIMEOUT_RUN', 'ocr']]);
  expect(harness.records('integration.tasks.high')).toHaveLength(1);
});

test('M-10: time at work is charged to the run, and waiting is not', async () => {
  const harness = createStageHarness();
  const { handle } = recordingHandler(2_000);
  await harness.start('a', { stage: ocrStage(handle, { maxConcurrentRuns: 1 }) });
  await harness.produce('ocr.tasks.normal', ocrTask());
  await harness.produce(
    'ocr.tasks.normal',
    ocrTask({ context: runContext({ requestId: 'second', usedMs: 50 }) }),
  );
  await harness.advance(10_000);
  const tasks = await harness.values('classification.tasks.normal');
  expect(tasks.map(({ context }) => context.usedMs)).toEqual([2_000, 2_050]);
  expect(tasks[1]?.context.timings).toMatchObject([{ stage: 'ocr', attempt: 1, activeMs: 2_000 }]);
  expect(tasks[1]?.context.timings[0]?.queuedMs).toBeGreaterThan(1_900);
});

test('M-10: a run past its age ends expired without being worked', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10);
  await harness.start('a', { stage: ocrStage(handle) });
  await harness.produce(
    'ocr.tasks.normal',
    ocrTask({ context: runContext({ expiresAt: harness.clock.now() - 1 }) }),
  );
  await harness.advance(1_000);
  expect(worked).toEqual([]);
  expect(await endingsOf(harness)).toEqual([['expired', 'RUN_EXPIRED', 'ocr']]);
});

test('the ending of a replayed record has the same id, and that of another record another', async () => {
  const harness = createStageHarness();
  const ending = {
    status: 'failed',
    verdict: null,
    failure: failure('DOC_EMPTY'),
    input: null,
    results: {},
    pageCount: 0,
  } as const;
  await harness.start('a', { stage: ocrStage(() => Promise.resolve(endRun(ending))) });
  for (let copy = 0; copy < 2; copy += 1)
    await harness.produce('ocr.tasks.normal', ocrTask(), { partition: 0 });
  await harness.advance(2_000);
  harness.cluster.faults.moveOffset('ocr', { topic: 'ocr.tasks.normal', partition: 0 }, 0n);
  harness.cluster.faults.rebalance('ocr', { rotate: false });
  await harness.advance(2_000);
  const ids = (await harness.values('integration.tasks.normal')).map((task) => task.ending.outcomeId);
  expect(ids).toHaveLength(4);
  expect(ids.slice(2)).toEqual(ids.slice(0, 2));
  expect(new Set(ids).size).toBe(2);
});
