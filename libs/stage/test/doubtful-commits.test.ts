import { ocrTask, runContext } from '@docfleet/testing';
import type { TransactionFault } from '@docfleet/memory-log';
import { describe, expect, test } from 'vitest';
import { createStageHarness, recordingHandler, ocrStage } from './stage-harness.ts';

const doubts: readonly { readonly fault: TransactionFault; readonly happened: boolean }[] = [
  { fault: { kind: 'answer-lost' }, happened: true },
  { fault: { kind: 'commit-lost' }, happened: false },
  { fault: { kind: 'commit-late', afterMs: 5_000 }, happened: false },
];

describe.each(doubts)('a commit in doubt ($fault.kind)', ({ fault, happened }) => {
  test('is looked up: the result stands once and is not worked again', async () => {
    const harness = createStageHarness();
    const { worked, handle } = recordingHandler(10);
    await harness.start('a', { stage: ocrStage(handle) });
    harness.cluster.faults.inTransaction(fault, { group: 'ocr' });
    await harness.produce('ocr.tasks.normal', ocrTask());
    await harness.advance(20_000);
    expect(worked).toEqual(['request-1']);
    expect(harness.records('classification.tasks.normal')).toHaveLength(1);
    expect(await harness.eventSummaries()).toEqual(['finished 1']);
    expect(harness.lag()).toBe(0);
  });

  test('starts over where the stage has to look at the world again, unless it happened', async () => {
    const harness = createStageHarness();
    const { worked, handle } = recordingHandler(10);
    await harness.start('a', { stage: ocrStage(handle, { restartWhenInDoubt: true }) });
    harness.cluster.faults.inTransaction(fault, { group: 'ocr' });
    await harness.produce('ocr.tasks.normal', ocrTask());
    await harness.advance(20_000);
    expect(worked).toHaveLength(happened ? 1 : 2);
    expect(harness.records('classification.tasks.normal')).toHaveLength(1);
  });
});

test('work that finished out of order is known by its place in the metadata, although the offset has not moved', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10);
  const slow = ocrStage(
    async (task, context) => {
      if (context.run.requestId === 'slow') await new Promise(() => undefined);
      return handle(task, context);
    },
    { maxConcurrentRuns: 3 },
  );
  await harness.start('a', { stage: slow });
  await harness.produce('ocr.tasks.normal', ocrTask({ context: runContext({ requestId: 'slow' }) }), {
    partition: 0,
  });
  harness.cluster.faults.inTransaction({ kind: 'answer-lost' }, { group: 'ocr' });
  await harness.produce('ocr.tasks.normal', ocrTask(), { partition: 0 });
  await harness.advance(5_000);
  expect(worked).toEqual(['request-1']);
  expect(harness.cluster.committed('ocr')[0]?.offset).toBe(0n);
  expect(harness.records('classification.tasks.normal')).toHaveLength(1);
});

describe.each(['records', 'offset', 'commit'] as const)(
  'a process that dies after the %s of its transaction',
  (after) => {
    test('leaves all of its step or nothing, and another finishes what is left', async () => {
      const harness = createStageHarness();
      const { handle } = recordingHandler(10);
      await harness.start('a', { stage: ocrStage(handle) });
      harness.cluster.faults.inTransaction({ kind: 'kill', after }, { group: 'ocr' });
      await harness.produce('ocr.tasks.normal', ocrTask());
      await harness.advance(1_000);
      await harness.start('b', { stage: ocrStage(handle) });
      await harness.advance(30_000);
      expect(harness.records('classification.tasks.normal')).toHaveLength(1);
      expect(await harness.eventSummaries()).toEqual(['finished 1']);
      expect(harness.lag()).toBe(0);
    });
  },
);

test('a process that slept through the loss of its partition commits nothing when it wakes', async () => {
  const harness = createStageHarness();
  const asleep = recordingHandler(1_000);
  const awake = recordingHandler(1_000);
  await harness.start('a', { stage: ocrStage(asleep.handle) });
  await harness.produce('ocr.tasks.normal', ocrTask());
  await harness.advance(500);
  harness.cluster.faults.pause('a');
  await harness.start('b', { stage: ocrStage(awake.handle) });
  await harness.advance(30_000);
  harness.cluster.faults.wake('a');
  await harness.advance(30_000);
  expect([asleep.worked, awake.worked]).toEqual([['request-1'], ['request-1']]);
  expect(await harness.eventSummaries()).toEqual(['finished 1']);
  expect(harness.lag()).toBe(0);
});

/** What a zombie does that opens a partition which is not its own any more. */
function fence(harness: ReturnType<typeof createStageHarness>, partition: number): void {
  harness.cluster.faults
    .openTransaction({ transactionalId: `ocr.ocr.tasks.normal.${String(partition)}`, records: [] })
    .abort();
}

test('a partition that somebody fenced and left is opened again, also when it was paused at that time', async () => {
  const harness = createStageHarness({ maxFetchRecords: 1 });
  const { handle } = recordingHandler(1_000);
  await harness.start('a', { stage: ocrStage(handle), maxRecords: 2 });
  for (let index = 0; index < 6; index += 1)
    await harness.produce(
      'ocr.tasks.normal',
      ocrTask({ context: runContext({ requestId: String(index) }) }),
      {
        partition: 0,
      },
    );
  await harness.advance(500);
  fence(harness, 0);
  await harness.advance(60_000);
  expect(await harness.eventSummaries()).toEqual(Array.from({ length: 6 }, () => 'finished 1'));
  expect(harness.lag()).toBe(0);
});

test('what was fetched before a partition was opened again is not worked beside what is fetched after', async () => {
  const harness = createStageHarness({ latencyMs: 200 });
  const { worked, handle } = recordingHandler(10);
  await harness.start('a', { stage: ocrStage(handle) });
  fence(harness, 0);
  await harness.produce('ocr.tasks.normal', ocrTask(), { partition: 0 });
  // The first commit is refused; records keep coming while the partition is opened again three seconds later.
  for (let index = 0; index < 40; index += 1) {
    await harness.produce(
      'ocr.tasks.normal',
      ocrTask({ context: runContext({ requestId: String(index) }) }),
      {
        partition: 0,
      },
    );
  }
  await harness.advance(20_000);
  expect(worked.filter((name) => name !== 'request-1')).toHaveLength(40);
  expect(await harness.eventSummaries()).toHaveLength(41);
  expect(harness.lag()).toBe(0);
});

test('the offset is believed and nothing else when somebody else has moved the position meanwhile', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10);
  const at = { topic: 'ocr.tasks.normal', partition: 0 };
  await harness.start('a', { stage: ocrStage(handle) });
  await harness.produce('ocr.tasks.normal', ocrTask(), { partition: 0 });
  await harness.advance(5_000);
  harness.cluster.faults.inTransaction({ kind: 'commit-lost' }, { group: 'ocr' });
  await harness.produce('ocr.tasks.normal', ocrTask({ context: runContext({ requestId: 'second' }) }), {
    partition: 0,
  });
  await harness.advance(14);
  harness.cluster.faults.moveOffset('ocr', at, 0n);
  await harness.advance(10_000);
  expect(worked).toEqual(['request-1', 'second', 'request-1', 'second']);
  expect(harness.lag()).toBe(0);
});
