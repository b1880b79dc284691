import { silentObserver } from '@docfleet/stage';
import { ocrTask, runContext } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { createBench, notingHandler, ocrStage, type Bench } from './bench.ts';

const at = { topic: 'ocr.tasks.normal', partition: 0 };

async function give(bench: Bench, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await bench.give('ocr.tasks.normal', ocrTask({ context: runContext({ requestId: String(index) }) }), {
      partition: 0,
    });
}

test('lag reaches zero behind markers and aborted records, with no record to be worked', async () => {
  const bench = createBench();
  const { worked, handle } = notingHandler(10);
  await bench.start('a', { stage: ocrStage(handle) });
  const record = { ...at, key: null, value: Buffer.from('x'), headers: {} };
  bench.cluster.faults.openTransaction({ transactionalId: 'upstream', records: [record, record] }).abort();
  await bench.pass(3_000);
  expect([worked, bench.lag()]).toEqual([[], 0]);
  expect(bench.cluster.committed('ocr')).toEqual([{ at, offset: 3n, metadata: '' }]);
});

test('records between aborted ones are worked, and their gaps hold nothing back', async () => {
  const bench = createBench();
  const { worked, handle } = notingHandler(10);
  await bench.start('a', { stage: ocrStage(handle) });
  const record = { ...at, key: null, value: Buffer.from('x'), headers: {} };
  await give(bench, 1);
  const aborted = bench.cluster.faults.openTransaction({ transactionalId: 'upstream', records: [record] });
  await give(bench, 2);
  aborted.abort();
  await bench.pass(5_000);
  expect([worked.toSorted(), bench.lag()]).toEqual([['0', '0', '1'], 0]);
});

test('out-of-order work survives a change of owner by the metadata, and is replayed without it', async () => {
  for (const isLost of [false, true]) {
    const bench = createBench();
    const { handle, worked } = notingHandler(10);
    const slowFirst = ocrStage(
      async (task, context) => {
        if (context.run.requestId === '0') await new Promise(() => undefined);
        return handle(task, context);
      },
      { maxConcurrentRuns: 3 },
    );
    await bench.start('a', { stage: slowFirst });
    await give(bench, 3);
    await bench.pass(2_000);
    bench.cluster.faults.kill('a');
    if (isLost) bench.cluster.faults.loseMetadata('ocr', at);
    const after = notingHandler(10);
    await bench.start('b', { stage: ocrStage(after.handle) });
    await bench.pass(30_000);
    expect(worked).toEqual(['1', '2']);
    expect(after.worked).toEqual(isLost ? ['0', '1', '2'] : ['0']);
    expect(bench.lag()).toBe(0);
  }
});

test('metadata that somebody else wrote is no knowledge: what it may have said is worked again', async () => {
  const bench = createBench();
  const { worked, handle } = notingHandler(10);
  await give(bench, 2);
  bench.cluster.faults
    .openTransaction({
      transactionalId: 'ocr.ocr.tasks.normal.0',
      records: [],
      offset: { group: 'ocr', at, offset: 1n, metadata: 'kafka-console-consumer' },
    })
    .commit();
  let unreadable = 0;
  const observer = { ...silentObserver, unreadableMetadata: () => (unreadable += 1) };
  await bench.start('a', { stage: ocrStage(handle), observer });
  await bench.pass(5_000);
  expect([worked, unreadable]).toEqual([['1'], 1]);
});

test('a finished set that would not fit into the metadata waits for the lowest record', async () => {
  const bench = createBench();
  const { handle } = notingHandler(0);
  let release = (): void => undefined;
  const stage = ocrStage(
    async (task, context) => {
      if (context.run.revision === 1)
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      return handle(task, context);
    },
    { maxConcurrentRuns: 2 },
  );
  await bench.start('a', { stage });
  await give(bench, 1);
  const sameRun = ocrTask({ context: runContext({ requestId: '0', revision: 2 }) });
  // Every other record waits for the first, so the finished ones between them are many short runs.
  for (let index = 0; index < 1_700; index += 1) {
    await bench.give('ocr.tasks.normal', Buffer.from('nonsense'), { partition: 0 });
    await bench.give('ocr.tasks.normal', sameRun, { partition: 0 });
  }
  await bench.pass(60_000);
  const [committed] = bench.cluster.committed('ocr');
  expect(committed?.offset).toBe(0n);
  expect(committed?.metadata.length).toBeLessThanOrEqual(4096);
  expect(bench.records('documents.rejected').length).toBeLessThan(1_700);
  release();
  await bench.pass(600_000);
  expect(bench.records('documents.rejected')).toHaveLength(1_700);
  expect(bench.lag()).toBe(0);
}, 60_000);
