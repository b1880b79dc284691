import { ocrTask, runContext } from '@docfleet/testing';
import type { TransactionFault } from '@docfleet/memory-log';
import { describe, expect, test } from 'vitest';
import { createBench, notingHandler, ocrStage } from './bench.ts';

const doubts: readonly { readonly fault: TransactionFault; readonly happened: boolean }[] = [
  { fault: { kind: 'answer-lost' }, happened: true },
  { fault: { kind: 'commit-lost' }, happened: false },
  { fault: { kind: 'commit-late', afterMs: 5_000 }, happened: false },
];

describe.each(doubts)('a commit in doubt ($fault.kind)', ({ fault, happened }) => {
  test('is looked up: the result stands once and is not worked again', async () => {
    const bench = createBench();
    const { worked, handle } = notingHandler(10);
    await bench.start('a', { stage: ocrStage(handle) });
    bench.cluster.faults.inTransaction(fault, { group: 'ocr' });
    await bench.give('ocr.tasks.normal', ocrTask());
    await bench.pass(20_000);
    expect(worked).toEqual(['request-1']);
    expect(bench.records('classification.tasks.normal')).toHaveLength(1);
    expect(await bench.told()).toEqual(['finished 1']);
    expect(bench.lag()).toBe(0);
  });

  test('starts over where the stage has to look at the world again, unless it happened', async () => {
    const bench = createBench();
    const { worked, handle } = notingHandler(10);
    await bench.start('a', { stage: ocrStage(handle, { startsOver: true }) });
    bench.cluster.faults.inTransaction(fault, { group: 'ocr' });
    await bench.give('ocr.tasks.normal', ocrTask());
    await bench.pass(20_000);
    expect(worked).toHaveLength(happened ? 1 : 2);
    expect(bench.records('classification.tasks.normal')).toHaveLength(1);
  });
});

test('work that finished out of order is known by its place in the metadata, although the offset has not moved', async () => {
  const bench = createBench();
  const { worked, handle } = notingHandler(10);
  const slow = ocrStage(
    async (task, context) => {
      if (context.run.requestId === 'slow') await new Promise(() => undefined);
      return handle(task, context);
    },
    { maxConcurrentRuns: 3 },
  );
  await bench.start('a', { stage: slow });
  await bench.give('ocr.tasks.normal', ocrTask({ context: runContext({ requestId: 'slow' }) }), {
    partition: 0,
  });
  bench.cluster.faults.inTransaction({ kind: 'answer-lost' }, { group: 'ocr' });
  await bench.give('ocr.tasks.normal', ocrTask(), { partition: 0 });
  await bench.pass(5_000);
  expect(worked).toEqual(['request-1']);
  expect(bench.cluster.committed('ocr')[0]?.offset).toBe(0n);
  expect(bench.records('classification.tasks.normal')).toHaveLength(1);
});

describe.each(['records', 'offset', 'commit'] as const)(
  'a process that dies after the %s of its transaction',
  (after) => {
    test('leaves all of its step or nothing, and another finishes what is left', async () => {
      const bench = createBench();
      const { handle } = notingHandler(10);
      await bench.start('a', { stage: ocrStage(handle) });
      bench.cluster.faults.inTransaction({ kind: 'kill', after }, { group: 'ocr' });
      await bench.give('ocr.tasks.normal', ocrTask());
      await bench.pass(1_000);
      await bench.start('b', { stage: ocrStage(handle) });
      await bench.pass(30_000);
      expect(bench.records('classification.tasks.normal')).toHaveLength(1);
      expect(await bench.told()).toEqual(['finished 1']);
      expect(bench.lag()).toBe(0);
    });
  },
);

test('a process that slept through the loss of its partition commits nothing when it wakes', async () => {
  const bench = createBench();
  const asleep = notingHandler(1_000);
  const awake = notingHandler(1_000);
  await bench.start('a', { stage: ocrStage(asleep.handle) });
  await bench.give('ocr.tasks.normal', ocrTask());
  await bench.pass(500);
  bench.cluster.faults.pause('a');
  await bench.start('b', { stage: ocrStage(awake.handle) });
  await bench.pass(30_000);
  bench.cluster.faults.wake('a');
  await bench.pass(30_000);
  expect([asleep.worked, awake.worked]).toEqual([['request-1'], ['request-1']]);
  expect(await bench.told()).toEqual(['finished 1']);
  expect(bench.lag()).toBe(0);
});
