import { silentObserver } from '../src/index.ts';
import { ocrTask, runContext } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { createStageHarness, recordingHandler, ocrStage, type StageHarness } from './stage-harness.ts';

const at = { topic: 'ocr.tasks.normal', partition: 0 };

async function give(harness: StageHarness, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await harness.produce(
      'ocr.tasks.normal',
      ocrTask({ context: runContext({ requestId: String(index) }) }),
      {
        partition: 0,
      },
    );
}

test('lag reaches zero behind markers and aborted records, with no record to be worked', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10);
  await harness.start('a', { stage: ocrStage(handle) });
  const record = { ...at, key: null, value: Buffer.from('x'), headers: {} };
  harness.cluster.faults.openTransaction({ transactionalId: 'upstream', records: [record, record] }).abort();
  await harness.advance(3_000);
  expect([worked, harness.lag()]).toEqual([[], 0]);
  expect(harness.cluster.committed('ocr')).toEqual([{ at, offset: 3n, metadata: '' }]);
});

test('records between aborted ones are worked, and their gaps hold nothing back', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10);
  await harness.start('a', { stage: ocrStage(handle) });
  const record = { ...at, key: null, value: Buffer.from('x'), headers: {} };
  await give(harness, 1);
  const aborted = harness.cluster.faults.openTransaction({ transactionalId: 'upstream', records: [record] });
  await give(harness, 2);
  aborted.abort();
  await harness.advance(5_000);
  expect([worked.toSorted(), harness.lag()]).toEqual([['0', '0', '1'], 0]);
});

test('out-of-order work survives a change of owner by the metadata, and is replayed without it', async () => {
  for (const isLost of [false, true]) {
    const harness = createStageHarness();
    const { handle, worked } = recordingHandler(10);
    const slowFirst = ocrStage(
      async (task, context) => {
        if (context.run.requestId === '0') await new Promise(() => undefined);
        return handle(task, context);
      },
      { maxConcurrentRuns: 3 },
    );
    await harness.start('a', { stage: slowFirst });
    await give(harness, 3);
    await harness.advance(2_000);
    harness.cluster.faults.kill('a');
    if (isLost) harness.cluster.faults.loseMetadata('ocr', at);
    const after = recordingHandler(10);
    await harness.start('b', { stage: ocrStage(after.handle) });
    await harness.advance(30_000);
    expect(worked).toEqual(['1', '2']);
    expect(after.worked).toEqual(isLost ? ['0', '1', '2'] : ['0']);
    expect(harness.lag()).toBe(0);
  }
});

test('metadata that somebody else wrote is no knowledge: what it may have said is worked again', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10);
  await give(harness, 2);
  harness.cluster.faults
    .openTransaction({
      transactionalId: 'ocr.ocr.tasks.normal.0',
      records: [],
      offset: { group: 'ocr', at, offset: 1n, metadata: 'kafka-console-consumer' },
    })
    .commit();
  let unreadable = 0;
  const observer = { ...silentObserver, unreadableMetadata: () => (unreadable += 1) };
  await harness.start('a', { stage: ocrStage(handle), observer });
  await harness.advance(5_000);
  expect([worked, unreadable]).toEqual([['1'], 1]);
});

test('a finished set that would not fit into the metadata waits for the lowest record', async () => {
  const harness = createStageHarness();
  const { handle } = recordingHandler(0);
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
  let doubts = 0;
  const observer = { ...silentObserver, doubted: () => (doubts += 1) };
  await harness.start('a', { stage, observer });
  await give(harness, 1);
  const sameRun = ocrTask({ context: runContext({ requestId: '0', revision: 2 }) });
  // Every other record waits for the first, so the finished ones between them are many short runs.
  for (let index = 0; index < 1_700; index += 1) {
    await harness.produce('ocr.tasks.normal', Buffer.from('nonsense'), { partition: 0 });
    await harness.produce('ocr.tasks.normal', sameRun, { partition: 0 });
  }
  await harness.advance(60_000);
  const [committed] = harness.cluster.committed('ocr');
  expect(committed?.offset).toBe(0n);
  expect(committed?.metadata.length).toBeLessThanOrEqual(4096);
  expect(harness.records('documents.rejected').length).toBeLessThan(1_700);
  release();
  await harness.advance(600_000);
  expect(harness.records('documents.rejected')).toHaveLength(1_700);
  expect(harness.lag()).toBe(0);
  // A log refuses longer metadata, and every refusal would have to be looked up.
  expect(doubts).toBe(0);
}, 60_000);
