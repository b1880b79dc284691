import { sleep } from '@docfleet/domain';
import type { GroupListener, RecordLog } from '@docfleet/record-log';
import { ocrTask, runContext } from '@docfleet/testing';
import { expect, test } from 'vitest';
import {
  createStageHarness,
  recordingHandler,
  ocrStage,
  passOn,
  type StageHarness,
  type Handler,
} from './stage-harness.ts';

async function give(harness: StageHarness, names: readonly string[], partition = 0): Promise<void> {
  for (const requestId of names)
    await harness.produce('ocr.tasks.normal', ocrTask({ context: runContext({ requestId }) }), { partition });
}

/** Takes as long as the name of the request says, in milliseconds. */
function timedHandler(): { readonly worked: string[]; readonly handle: Handler } {
  const worked: string[] = [];
  return {
    worked,
    handle: async (task, { clock, signal, run }) => {
      worked.push(run.requestId ?? '');
      await sleep(clock, Number(run.requestId), signal);
      return passOn(task);
    },
  };
}

test('M-16: work whose partition comes back to its process is adopted and not done again', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10_000);
  await harness.start('a', { stage: ocrStage(handle, { maxConcurrentRuns: 3 }) });
  await give(harness, ['one', 'two']);
  await harness.advance(2_000);
  harness.cluster.faults.rebalance('ocr');
  await harness.advance(20_000);
  expect(worked).toEqual(['one', 'two']);
  expect(await harness.eventSummaries()).toEqual(['finished 1', 'finished 1']);
  expect(harness.lag()).toBe(0);
});

test('work adopted above records that were only waiting does not carry the position over them', async () => {
  const harness = createStageHarness();
  const { worked, handle } = timedHandler();
  await harness.start('a', { stage: ocrStage(handle, { maxConcurrentRuns: 3 }) });
  // The same run waits for its first record, so the second record of the partition is passed over.
  await give(harness, ['60000']);
  await harness.produce(
    'ocr.tasks.normal',
    ocrTask({ context: runContext({ requestId: '60000', revision: 2 }) }),
    { partition: 0 },
  );
  await give(harness, ['9000']);
  await harness.advance(2_000);
  harness.cluster.faults.pause('a');
  harness.cluster.faults.wake('a');
  harness.cluster.faults.rebalance('ocr');
  await harness.advance(20_000);
  harness.cluster.faults.kill('a');
  await harness.start('b', { stage: ocrStage(handle, { maxConcurrentRuns: 3 }) });
  await harness.advance(200_000);
  expect(worked).toEqual(['60000', '9000', '60000', '60000']);
  expect((await harness.events()).map(({ revision }) => revision)).toEqual([1, 1, 2]);
  expect(harness.lag()).toBe(0);
});

test('adopted work is committed also where the group has never committed and its records come again later', async () => {
  const harness = createStageHarness({ maxFetchRecords: 1 });
  const { worked, handle } = timedHandler();
  await harness.start('a', { stage: ocrStage(handle, { maxConcurrentRuns: 3 }), maxRecords: 2 });
  await give(harness, ['3000', '3001', '10', '11', '12']);
  await harness.advance(2_995);
  harness.cluster.faults.rebalance('ocr');
  await harness.advance(30_000);
  expect(worked).toEqual(['3000', '3001', '10', '11', '12']);
  expect(harness.records('classification.tasks.normal')).toHaveLength(5);
  expect(harness.lag()).toBe(0);
});

test('work whose partition has moved away is told to stop, and its result is refused', async () => {
  const harness = createStageHarness();
  const reasons: unknown[] = [];
  const stubborn = ocrStage(async (task, { clock, signal }) => {
    signal.addEventListener('abort', () => reasons.push(signal.reason), { once: true });
    await sleep(clock, 4_000);
    return passOn(task);
  });
  const { worked, handle } = recordingHandler(10);
  await harness.start('a', { stage: stubborn });
  await harness.start('b', { stage: ocrStage(handle) });
  for (const partition of [0, 1]) await give(harness, [`p${String(partition)}`], partition);
  await harness.advance(500);
  const held = [...harness.cluster.assignment('ocr')].find(([id]) => id.startsWith('a'))?.[1] ?? [];
  expect(held.some(({ topic }) => topic === 'ocr.tasks.normal')).toBe(true);
  harness.cluster.faults.rebalance('ocr', { rotate: true });
  await harness.advance(20_000);
  expect(reasons).toEqual(['moved']);
  expect(worked.toSorted()).toEqual(['p0', 'p1']);
  expect(await harness.eventSummaries()).toEqual(['finished 1', 'finished 1']);
});

test('a step waits for no more than its partition: it is handed over once, however long its encoding takes', async () => {
  const harness = createStageHarness();
  const { handle } = recordingHandler(1_000);
  await harness.start('a', { stage: ocrStage(handle) });
  await give(harness, ['one']);
  await harness.advance(998);
  for (let change = 0; change < 6; change += 1) {
    harness.cluster.faults.rebalance('ocr');
    await harness.advance(1);
  }
  await harness.advance(10_000);
  expect(await harness.eventSummaries()).toEqual(['finished 1']);
});

test('a membership that is lost is joined anew', async () => {
  const harness = createStageHarness();
  const { handle } = recordingHandler(10);
  await harness.start('a', { stage: ocrStage(handle) });
  harness.cluster.faults.loseMembership('a');
  await harness.advance(5_000);
  await give(harness, ['one']);
  await harness.advance(5_000);
  expect(await harness.eventSummaries()).toEqual(['finished 1']);
});

test('M-17: a drain finishes what is at work and commits it; nothing is delivered again', async () => {
  const harness = createStageHarness();
  const first = recordingHandler(3_000);
  const second = recordingHandler(10);
  const running = await harness.start('a', { stage: ocrStage(first.handle, { maxConcurrentRuns: 3 }) });
  await give(harness, ['one', 'two', 'three']);
  await harness.advance(1_000);
  await harness.until(running.drain(25_000));
  expect(running.load()).toEqual({ working: 0, records: 0 });
  await harness.start('b', { stage: ocrStage(second.handle) });
  await harness.advance(5_000);
  expect([first.worked, second.worked]).toEqual([['one', 'two'], ['three']]);
  expect(await harness.eventSummaries()).toEqual(['finished 1', 'finished 1', 'finished 1']);
});

test('M-17: work beyond the limit of a drain is told to stop and handed back', async () => {
  const harness = createStageHarness();
  const first = recordingHandler(100_000);
  const second = recordingHandler(10);
  const running = await harness.start('a', { stage: ocrStage(first.handle) });
  await give(harness, ['one']);
  await harness.advance(1_000);
  const startedAt = harness.clock.now();
  await harness.until(running.drain(5_000));
  expect(harness.clock.now() - startedAt).toBeLessThan(6_000);
  await harness.start('b', { stage: ocrStage(second.handle) });
  await harness.advance(5_000);
  expect(second.worked).toEqual(['one']);
  expect(await harness.eventSummaries()).toEqual(['finished 1']);
});

test('M-17: a drain ends also while the brokers are away', async () => {
  const harness = createStageHarness();
  const { handle } = recordingHandler(1_000);
  const running = await harness.start('a', { stage: ocrStage(handle) });
  await give(harness, ['one']);
  await harness.advance(500);
  harness.cluster.faults.stopBrokers();
  const startedAt = harness.clock.now();
  await harness.until(running.drain(5_000));
  expect(harness.clock.now() - startedAt).toBeLessThan(30_000);
});

/** A log whose partitions can be kept from being opened, and whose group can be told of a batch by hand. */
function steeredLog(log: RecordLog) {
  const steered = {
    listener: undefined as GroupListener | undefined,
    epoch: 0,
    opened: 0,
    mayOpen: Promise.resolve() as Promise<unknown>,
    log: {
      join: async ({ group, topics, listener }) => {
        const member = await log.join({
          group,
          topics,
          listener: {
            assigned: (epoch, partitions) => {
              steered.epoch = epoch;
              listener.assigned(epoch, partitions);
            },
            revoking: () => {
              listener.revoking();
            },
            settled: () => listener.settled?.() ?? Promise.resolve(),
            fetched: (batch) => {
              listener.fetched(batch);
            },
            lost: (error) => {
              listener.lost(error);
            },
          },
        });
        steered.listener = listener;
        return {
          open: async (at, epoch) => {
            if (at.topic === 'ocr.tasks.normal' && at.partition === 0) {
              steered.opened += 1;
              await steered.mayOpen;
            }
            return member.open(at, epoch);
          },
          fetchFrom: (...position) => {
            member.fetchFrom(...position);
          },
          transact: (...transaction) => member.transact(...transaction),
          pause: (at) => {
            member.pause(at);
          },
          resume: (at) => {
            member.resume(at);
          },
          idleMs: () => member.idleMs(),
          leave: () => member.leave(),
        };
      },
      follow: (options) => log.follow(options),
      readRange: (options) => log.readRange(options),
      endOffset: (at) => log.endOffset(at),
      partitionOf: (topic, key) => log.partitionOf(topic, key),
      topicNames: () => log.topicNames(),
      clusterId: () => log.clusterId(),
      produce: (records) => log.produce(records),
      close: () => log.close(),
    } satisfies RecordLog,
  };
  return steered;
}

test('a batch that was fetched before a partition was opened again in the same epoch is not taken in', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10);
  const steered = steeredLog(harness.cluster.log('a'));
  await harness.start('a', { stage: ocrStage(handle), log: steered.log });
  await give(harness, ['one']);
  await harness.advance(5_000);

  // Somebody moves the offset while a commit is in doubt: the partition is opened again, and that takes a while.
  const opening = Promise.withResolvers<undefined>();
  const at = { topic: 'ocr.tasks.normal', partition: 0 };
  harness.cluster.faults.inTransaction({ kind: 'commit-lost' }, { group: 'ocr' });
  await give(harness, ['two']);
  await harness.advance(14);
  const openedBefore = steered.opened;
  harness.cluster.faults.moveOffset('ocr', at, 0n);
  await harness.advance(1_000);
  expect(steered.opened).toBeGreaterThan(openedBefore);
  expect(worked).toEqual(['one', 'two', 'one', 'two']);

  fenceOf(harness);
  steered.mayOpen = opening.promise;
  await give(harness, ['three']);
  await harness.advance(4_000);
  const [, , three] = harness.records('ocr.tasks.normal').filter(({ partition }) => partition === 0);
  if (three === undefined) throw new Error('the third record is not in the log');
  steered.listener?.fetched({ ...at, epoch: steered.epoch, records: [three], nextOffset: three.offset + 1n });
  await harness.advance(1_000);
  expect(worked.filter((name) => name === 'three')).toHaveLength(1);
  opening.resolve(undefined);
  await harness.advance(10_000);
  expect(worked.filter((name) => name === 'three')).toHaveLength(2);
  expect((await harness.events()).filter(({ requestId }) => requestId === 'three')).toHaveLength(1);
  expect(harness.lag()).toBe(0);
});

test('a partition that cannot be opened any more takes no records from its successor', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(5_000);
  const steered = steeredLog(harness.cluster.log('a'));
  const opening = Promise.withResolvers<undefined>();
  steered.mayOpen = opening.promise;
  await harness.start('a', { stage: ocrStage(handle), log: steered.log });
  await give(harness, ['one']);
  await harness.advance(1_000);
  steered.mayOpen = Promise.resolve();
  harness.cluster.faults.rebalance('ocr');
  await harness.advance(2_000);
  expect(worked).toEqual(['one']);
  opening.reject(new Error('the connection is gone'));
  await harness.advance(60_000);
  expect(worked).toEqual(['one']);
  expect(await harness.eventSummaries()).toEqual(['finished 1']);
  expect(harness.lag()).toBe(0);
});

/** What a zombie does that opens a partition which is not its own any more. */
function fenceOf(harness: StageHarness): void {
  harness.cluster.faults.openTransaction({ transactionalId: 'ocr.ocr.tasks.normal.0', records: [] }).abort();
}
