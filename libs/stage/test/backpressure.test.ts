import { ocrTask, runContext } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { silentObserver } from '../src/index.ts';
import { createStageHarness, ocrStage, recordingHandler, type StageHarness } from './stage-harness.ts';

async function produceMany(harness: StageHarness, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await harness.produce(
      'ocr.tasks.normal',
      ocrTask({ context: runContext({ requestId: String(index) }) }),
      { partition: 0 },
    );
}

test('M-08: the bytes of a record are given back when it is committed', async () => {
  const harness = createStageHarness({ maxFetchRecords: 2 });
  const { worked, handle } = recordingHandler(100);
  await produceMany(harness, 40);
  let mostBytes = 0;
  await harness.start('a', {
    stage: ocrStage(handle),
    // About five records.
    maxBytes: 5_000,
    observer: {
      ...silentObserver,
      loaded: ({ bytes }) => {
        mostBytes = Math.max(mostBytes, bytes);
      },
    },
  });
  await harness.advance(60_000);
  expect(worked).toHaveLength(40);
  expect(mostBytes).toBeGreaterThanOrEqual(5_000);
  expect(mostBytes).toBeLessThan(10_000);
  expect(harness.lag()).toBe(0);
});

test('M-08: headers count, which a producer may make larger than the value', async () => {
  const harness = createStageHarness({ maxFetchRecords: 2 });
  const { worked, handle } = recordingHandler(100);
  for (let index = 0; index < 40; index += 1) {
    const task = ocrTask({ context: runContext({ requestId: String(index) }) });
    await harness.produce('ocr.tasks.normal', task, { partition: 0, headers: { long: 'h'.repeat(100_000) } });
  }
  let mostRecords = 0;
  await harness.start('a', {
    stage: ocrStage(handle),
    maxBytes: 500_000,
    observer: {
      ...silentObserver,
      loaded: ({ records }) => {
        mostRecords = Math.max(mostRecords, records);
      },
    },
  });
  await harness.advance(60_000);
  expect(worked).toHaveLength(40);
  expect(mostRecords).toBeLessThan(10);
});

test('M-08: the bytes of records that cannot be decoded, and of those that move away, are given back', async () => {
  const harness = createStageHarness({ maxFetchRecords: 2 });
  const { worked, handle } = recordingHandler(100);
  for (let index = 0; index < 40; index += 1)
    await harness.produce('ocr.tasks.normal', Buffer.alloc(1_000, 1), { partition: 0 });
  await produceMany(harness, 20);
  await harness.start('a', { stage: ocrStage(handle), maxBytes: 5_000 });
  for (let change = 0; change < 10; change += 1) {
    harness.cluster.faults.rebalance('ocr');
    await harness.advance(2_000);
  }
  await harness.advance(60_000);
  expect(new Set(worked).size).toBe(20);
  expect(harness.records('documents.rejected')).toHaveLength(40);
  expect(harness.lag()).toBe(0);
});
