import { ocrTask, runContext } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { createBench, notingHandler, ocrStage, passOn, type Bench } from './bench.ts';

const { runId } = runContext();

async function stop(bench: Bench, revision = 1): Promise<void> {
  await bench.give(
    'documents.control',
    { runId, revision, action: 'stop', at: bench.clock.now(), by: 'caller' },
    { key: runId },
  );
}

test('M-12: work that runs is told to stop within two seconds and leaves nothing but an event', async () => {
  const bench = createBench();
  const stoppedAt: number[] = [];
  const stage = ocrStage(async (task, { signal, clock }) => {
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve, { once: true });
    });
    stoppedAt.push(clock.now());
    return passOn(task);
  });
  await bench.start('a', { stage });
  await bench.give('ocr.tasks.normal', ocrTask());
  await bench.pass(10_000);
  const orderedAt = bench.clock.now();
  await stop(bench);
  await bench.pass(3_000);
  expect(stoppedAt.map((at) => at - orderedAt < 2_000)).toEqual([true]);
  expect(await bench.events()).toMatchObject([{ kind: 'skipped', detail: 'cancelled' }]);
  expect(bench.records('classification.tasks.normal')).toEqual([]);
  expect(bench.lag()).toBe(0);
});

test('M-12: work that waits is dropped when its turn comes, that of the next revision is not', async () => {
  const bench = createBench();
  const { worked, handle } = notingHandler(1_000);
  await bench.start('a', { stage: ocrStage(handle, { maxConcurrentRuns: 1 }) });
  await bench.give('ocr.tasks.normal', ocrTask({ context: runContext({ requestId: 'before' }) }), {
    partition: 0,
  });
  await bench.give('ocr.tasks.normal', ocrTask(), { partition: 0 });
  await bench.give('ocr.tasks.normal', ocrTask({ context: runContext({ revision: 2 }) }), { partition: 0 });
  await stop(bench);
  await bench.pass(5_000);
  expect(worked).toEqual(['before', 'request-1']);
  expect((await bench.events()).map(({ kind, revision }) => [kind, revision])).toEqual([
    ['finished', 1],
    ['skipped', 1],
    ['finished', 2],
  ]);
});

test('M-12: a stop that was ordered while no process ran is known before the first task', async () => {
  const bench = createBench();
  const { worked, handle } = notingHandler(10);
  await stop(bench);
  await bench.give('ocr.tasks.normal', ocrTask());
  await bench.start('a', { stage: ocrStage(handle) });
  await bench.pass(1_000);
  expect(worked).toEqual([]);
  expect(await bench.told()).toEqual(['skipped 1']);
});

test('M-12: a stage that ends runs is not stopped', async () => {
  const bench = createBench();
  const { worked, handle } = notingHandler(10);
  await stop(bench);
  await bench.start('a', { stage: ocrStage(handle, { cancellable: false }) });
  await bench.give('ocr.tasks.normal', ocrTask());
  await bench.pass(1_000);
  expect(worked).toEqual(['request-1']);
});

test("the first stage heeds a run's stop only for a record that has proved to be the run's", async () => {
  const bench = createBench();
  const stage = ocrStage(
    async (task, context) => {
      if (context.source.offset === '0') context.accept();
      context.signal.throwIfAborted();
      await Promise.resolve();
      return passOn(task);
    },
    { acceptsRuns: true },
  );
  await stop(bench);
  await bench.start('a', { stage });
  for (let copy = 0; copy < 2; copy += 1) await bench.give('ocr.tasks.normal', ocrTask(), { partition: 0 });
  await bench.pass(2_000);
  expect((await bench.told()).toSorted()).toEqual(['accepted 1', 'skipped 1']);
  expect(bench.records('classification.tasks.normal')).toHaveLength(1);
});
