import { sleep } from '@docfleet/domain';
import { ocrTask, runContext } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { createBench, notingHandler, ocrStage, passOn, type Bench, type Handler } from './bench.ts';

async function give(bench: Bench, names: readonly string[], partition = 0): Promise<void> {
  for (const requestId of names)
    await bench.give('ocr.tasks.normal', ocrTask({ context: runContext({ requestId }) }), { partition });
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
  const bench = createBench();
  const { worked, handle } = notingHandler(10_000);
  await bench.start('a', { stage: ocrStage(handle, { maxConcurrentRuns: 3 }) });
  await give(bench, ['one', 'two']);
  await bench.pass(2_000);
  bench.cluster.faults.rebalance('ocr');
  await bench.pass(20_000);
  expect(worked).toEqual(['one', 'two']);
  expect(await bench.told()).toEqual(['finished 1', 'finished 1']);
  expect(bench.lag()).toBe(0);
});

test('work adopted above records that were only waiting does not carry the position over them', async () => {
  const bench = createBench();
  const { worked, handle } = timedHandler();
  await bench.start('a', { stage: ocrStage(handle, { maxConcurrentRuns: 3 }) });
  // The same run waits for its first record, so the second record of the partition is passed over.
  await give(bench, ['60000']);
  await bench.give(
    'ocr.tasks.normal',
    ocrTask({ context: runContext({ requestId: '60000', revision: 2 }) }),
    { partition: 0 },
  );
  await give(bench, ['9000']);
  await bench.pass(2_000);
  bench.cluster.faults.pause('a');
  bench.cluster.faults.wake('a');
  bench.cluster.faults.rebalance('ocr');
  await bench.pass(20_000);
  bench.cluster.faults.kill('a');
  await bench.start('b', { stage: ocrStage(handle, { maxConcurrentRuns: 3 }) });
  await bench.pass(200_000);
  expect(worked).toEqual(['60000', '9000', '60000', '60000']);
  expect((await bench.events()).map(({ revision }) => revision)).toEqual([1, 1, 2]);
  expect(bench.lag()).toBe(0);
});

test('adopted work is committed also where the group has never committed and its records come again later', async () => {
  const bench = createBench({ maxFetchRecords: 1 });
  const { worked, handle } = timedHandler();
  await bench.start('a', { stage: ocrStage(handle, { maxConcurrentRuns: 3 }), maxRecords: 2 });
  await give(bench, ['3000', '3001', '10', '11', '12']);
  await bench.pass(2_995);
  bench.cluster.faults.rebalance('ocr');
  await bench.pass(30_000);
  expect(worked).toEqual(['3000', '3001', '10', '11', '12']);
  expect(bench.records('classification.tasks.normal')).toHaveLength(5);
  expect(bench.lag()).toBe(0);
});

test('work whose partition has moved away is told to stop, and its result is refused', async () => {
  const bench = createBench();
  const reasons: unknown[] = [];
  const stubborn = ocrStage(async (task, { clock, signal }) => {
    signal.addEventListener('abort', () => reasons.push(signal.reason), { once: true });
    await sleep(clock, 4_000);
    return passOn(task);
  });
  const { worked, handle } = notingHandler(10);
  await bench.start('a', { stage: stubborn });
  await bench.start('b', { stage: ocrStage(handle) });
  for (const partition of [0, 1]) await give(bench, [`p${String(partition)}`], partition);
  await bench.pass(500);
  const held = [...bench.cluster.assignment('ocr')].find(([id]) => id.startsWith('a'))?.[1] ?? [];
  expect(held.some(({ topic }) => topic === 'ocr.tasks.normal')).toBe(true);
  bench.cluster.faults.rebalance('ocr', { rotate: true });
  await bench.pass(20_000);
  expect(reasons).toEqual(['moved']);
  expect(worked.toSorted()).toEqual(['p0', 'p1']);
  expect(await bench.told()).toEqual(['finished 1', 'finished 1']);
});

test('a step waits for no more than its partition: it is handed over once, however long its encoding takes', async () => {
  const bench = createBench();
  const { handle } = notingHandler(1_000);
  await bench.start('a', { stage: ocrStage(handle) });
  await give(bench, ['one']);
  await bench.pass(998);
  for (let change = 0; change < 6; change += 1) {
    bench.cluster.faults.rebalance('ocr');
    await bench.pass(1);
  }
  await bench.pass(10_000);
  expect(await bench.told()).toEqual(['finished 1']);
});

test('a membership that is lost is joined anew', async () => {
  const bench = createBench();
  const { handle } = notingHandler(10);
  await bench.start('a', { stage: ocrStage(handle) });
  bench.cluster.faults.loseMembership('a');
  await bench.pass(5_000);
  await give(bench, ['one']);
  await bench.pass(5_000);
  expect(await bench.told()).toEqual(['finished 1']);
});

test('M-17: a drain finishes what is at work and commits it; nothing is delivered again', async () => {
  const bench = createBench();
  const first = notingHandler(3_000);
  const second = notingHandler(10);
  const running = await bench.start('a', { stage: ocrStage(first.handle, { maxConcurrentRuns: 3 }) });
  await give(bench, ['one', 'two', 'three']);
  await bench.pass(1_000);
  await bench.until(running.drain(25_000));
  expect(running.load()).toEqual({ working: 0, records: 0 });
  await bench.start('b', { stage: ocrStage(second.handle) });
  await bench.pass(5_000);
  expect([first.worked, second.worked]).toEqual([['one', 'two'], ['three']]);
  expect(await bench.told()).toEqual(['finished 1', 'finished 1', 'finished 1']);
});

test('M-17: work beyond the limit of a drain is told to stop and handed back', async () => {
  const bench = createBench();
  const first = notingHandler(100_000);
  const second = notingHandler(10);
  const running = await bench.start('a', { stage: ocrStage(first.handle) });
  await give(bench, ['one']);
  await bench.pass(1_000);
  const startedAt = bench.clock.now();
  await bench.until(running.drain(5_000));
  expect(bench.clock.now() - startedAt).toBeLessThan(6_000);
  await bench.start('b', { stage: ocrStage(second.handle) });
  await bench.pass(5_000);
  expect(second.worked).toEqual(['one']);
  expect(await bench.told()).toEqual(['finished 1']);
});

test('M-17: a drain ends also while the brokers are away', async () => {
  const bench = createBench();
  const { handle } = notingHandler(1_000);
  const running = await bench.start('a', { stage: ocrStage(handle) });
  await give(bench, ['one']);
  await bench.pass(500);
  bench.cluster.faults.stopBrokers();
  const startedAt = bench.clock.now();
  await bench.until(running.drain(5_000));
  expect(bench.clock.now() - startedAt).toBeLessThan(30_000);
});
