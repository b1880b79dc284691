import { failure, FailureError, headerNames, sleep } from '@docfleet/domain';
import { deadLetter, retryLater } from '../src/index.ts';
import { ocrTask, runContext } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { createStageHarness, ocrStage, passOn, type Handler } from './stage-harness.ts';

const task = ocrTask({ context: runContext({ lane: 'high', requestId: 'r' }) });
const fail = (): Promise<never> => Promise.reject(new FailureError('ENGINE_UNAVAILABLE'));

/** Fails so many times, then passes on; notes when it was tried. */
function failing(times: number): { readonly triedAt: number[]; readonly handle: Handler } {
  const triedAt: number[] = [];
  return {
    triedAt,
    handle: (given, { clock }) => {
      triedAt.push(clock.now());
      return triedAt.length <= times ? fail() : Promise.resolve(passOn(given));
    },
  };
}

test('M-13: a blip is tried again in the process, and nobody hears of it', async () => {
  const harness = createStageHarness();
  const { triedAt, handle } = failing(2);
  await harness.start('a', { stage: ocrStage(handle) });
  await harness.produce('ocr.tasks.high', task);
  await harness.advance(10_000);
  const [first = 0] = triedAt;
  expect(triedAt.map((at) => at - first)).toEqual([0, 200, 1200]);
  expect(await harness.eventSummaries()).toEqual(['finished 1']);
  expect(harness.records('ocr.retry.30s')).toEqual([]);
});

test('M-13: a failure that lasts goes through a retry topic with its bytes, key, lane and origin, and is never early', async () => {
  const harness = createStageHarness();
  const { triedAt, handle } = failing(3);
  await harness.start('a', { stage: ocrStage(handle) });
  await harness.produce('ocr.tasks.high', task, { key: 'run', partition: 1 });
  const [given] = harness.records('ocr.tasks.high');
  await harness.advance(2_000);
  const [retry] = harness.records('ocr.retry.30s');
  const failedAt = (triedAt[2] ?? 0).toString();
  expect(retry?.headers).toEqual({
    [headerNames.accepted]: 'true',
    [headerNames.attempt]: '2',
    [headerNames.code]: 'ENGINE_UNAVAILABLE',
    [headerNames.dueAt]: String(Number(failedAt) + 30_000),
    [headerNames.lane]: 'high',
    [headerNames.origin]: `ocr.tasks.high 1 0 ${String(given?.timestampMs)}`,
    [headerNames.stage]: 'ocr',
  });
  expect([retry?.key, retry?.value]).toEqual([given?.key, given?.value]);
  await harness.advance(60_000);
  expect((triedAt[3] ?? 0) - Number(failedAt)).toBe(30_000);
  expect(await harness.eventSummaries()).toEqual(['retrying 1 ENGINE_UNAVAILABLE', 'finished 2']);
  expect(harness.records('classification.tasks.high')).toHaveLength(1);
  expect(harness.lag()).toBe(0);
});

test('M-13: with all attempts used up, dead letter and failed ending are one transaction', async () => {
  const harness = createStageHarness();
  const { triedAt, handle } = failing(100);
  await harness.start('a', { stage: ocrStage(handle) });
  await harness.produce('ocr.tasks.high', task, { key: 'run' });
  await harness.advance(3_600_000);
  expect(triedAt).toHaveLength(12);
  expect(await harness.eventSummaries()).toEqual([
    'retrying 1 ENGINE_UNAVAILABLE',
    'retrying 2 ENGINE_UNAVAILABLE',
    'retrying 3 ENGINE_UNAVAILABLE',
    'dead_lettered 4 ENGINE_UNAVAILABLE',
  ]);
  const [letter] = harness.records('ocr.dead-letter');
  expect(letter?.headers[headerNames.code]).toBe('ENGINE_UNAVAILABLE');
  expect(letter?.value).toEqual(harness.records('ocr.tasks.high')[0]?.value);
  const [ending] = await harness.values('integration.tasks.high');
  expect([ending?.ending.status, ending?.ending.failure?.code]).toEqual(['failed', 'ENGINE_UNAVAILABLE']);
  const producers = [
    ...harness.cluster.dump('ocr.dead-letter'),
    ...harness.cluster.dump('integration.tasks.high'),
  ]
    .filter(({ kind }) => kind === 'record')
    .map(({ producer }) => producer);
  expect(producers).toEqual(['ocr.ocr.retry.30m.0', 'ocr.ocr.retry.30m.0']);
});

test('O-09: where a caller waits, what the tries in place do not mend ends at once', async () => {
  const harness = createStageHarness();
  const { triedAt, handle } = failing(100);
  await harness.start('a', { stage: ocrStage(handle), afterQuickTries: 'dead-letter' });
  await harness.produce('ocr.tasks.high', task);
  await harness.advance(3_600_000);
  expect(triedAt).toHaveLength(3);
  expect(await harness.eventSummaries()).toEqual(['dead_lettered 1 ENGINE_UNAVAILABLE']);
  const [ending] = await harness.values('integration.tasks.high');
  expect(ending?.ending.failure?.code).toBe('ENGINE_UNAVAILABLE');
});

test('M-13: a handler may ask for a longer pause, or give up at once', async () => {
  const harness = createStageHarness();
  const answers = [
    retryLater(failure('ENGINE_UNAVAILABLE'), 60_000),
    deadLetter(failure('ENGINE_UNAVAILABLE')),
  ];
  await harness.start('a', { stage: ocrStage(() => Promise.resolve(answers.shift() ?? passOn(task))) });
  await harness.produce('ocr.tasks.high', task);
  await harness.advance(400_000);
  expect(await harness.eventSummaries()).toEqual([
    'retrying 1 ENGINE_UNAVAILABLE',
    'dead_lettered 2 ENGINE_UNAVAILABLE',
  ]);
  expect(harness.records('ocr.retry.5m')).toHaveLength(1);
});

test('what a retry topic holds back does not keep the lanes from being read', async () => {
  const harness = createStageHarness();
  let isBroken = true;
  await harness.start('a', {
    stage: ocrStage((given) => (isBroken ? fail() : Promise.resolve(passOn(given)))),
    maxRecords: 3,
  });
  for (let index = 0; index < 6; index += 1)
    await harness.produce(
      'ocr.tasks.high',
      ocrTask({ context: runContext({ requestId: `held-${String(index)}` }) }),
    );
  await harness.advance(20_000);
  expect(harness.records('ocr.retry.30s')).toHaveLength(6);
  isBroken = false;
  await harness.produce('ocr.tasks.normal', ocrTask({ context: runContext({ requestId: 'new' }) }));
  await harness.advance(100);
  const told = await harness.eventSummaries();
  expect(told.toSorted()).toEqual([
    'finished 1',
    ...Array.from({ length: 6 }, () => 'retrying 1 ENGINE_UNAVAILABLE'),
  ]);
});

test('headers of a retry are not believed where a tenant could have written them', async () => {
  const harness = createStageHarness();
  const { triedAt, handle } = failing(0);
  const sources: string[] = [];
  const stage = ocrStage((given, context) => {
    sources.push(`${context.source.topic} ${String(context.attempt)}`);
    return handle(given, context);
  });
  await harness.start('a', { stage });
  const headers = {
    [headerNames.attempt]: '4',
    [headerNames.dueAt]: String(harness.clock.now() + 3_600_000),
    [headerNames.origin]: 'documents.normal 0 7 1',
  };
  await harness.produce('ocr.tasks.high', task, { headers });
  await harness.advance(1_000);
  expect(triedAt).toHaveLength(1);
  expect(sources).toEqual(['ocr.tasks.high 1']);
});

test('retries that waited long for their time are executed side by side, as many as there are slots', async () => {
  const harness = createStageHarness();
  const dueAt = harness.clock.now() + 30 * 60_000;
  const endedAt: number[] = [];
  const stage = ocrStage(
    async (given, { clock }) => {
      await sleep(clock, 10_000);
      endedAt.push(clock.now() - dueAt);
      return passOn(given);
    },
    { maxConcurrentRuns: 4 },
  );
  for (let index = 0; index < 9; index += 1)
    await harness.produce(
      'ocr.retry.30m',
      ocrTask({ context: runContext({ requestId: String(index), expiresAt: dueAt + 3_600_000 }) }),
      { headers: { [headerNames.dueAt]: String(dueAt), [headerNames.accepted]: 'true' } },
    );
  await harness.start('a', { stage });
  await harness.advance(32 * 60_000);
  expect(endedAt).toHaveLength(9);
  // Three rounds of three: one slot is reserved for urgent work.
  expect(Math.max(...endedAt)).toBeLessThan(35_000);
  expect(harness.lag()).toBe(0);
});
