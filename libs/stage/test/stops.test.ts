import { localCodec } from '@docfleet/contracts';
import { FailureError } from '@docfleet/domain';
import { silentFollowReport } from '@docfleet/record-log';
import { ocrTask, runContext } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { followStops } from '../src/index.ts';
import {
  createStageHarness,
  recordingHandler,
  ocrStage,
  passOn,
  type StageHarness,
} from './stage-harness.ts';

const { runId } = runContext();

async function stop(harness: StageHarness, revision = 1): Promise<void> {
  await harness.produce(
    'documents.control',
    { runId, revision, action: 'stop', at: harness.clock.now(), by: 'caller' },
    { key: runId },
  );
}

test('M-12: work that runs is told to stop within two seconds and leaves nothing but an event', async () => {
  const harness = createStageHarness();
  const stoppedAt: number[] = [];
  const stage = ocrStage(async (task, { signal, clock }) => {
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve, { once: true });
    });
    stoppedAt.push(clock.now());
    return passOn(task);
  });
  await harness.start('a', { stage });
  await harness.produce('ocr.tasks.normal', ocrTask());
  await harness.advance(10_000);
  const orderedAt = harness.clock.now();
  await stop(harness);
  await harness.advance(3_000);
  expect(stoppedAt.map((at) => at - orderedAt < 2_000)).toEqual([true]);
  expect(await harness.events()).toMatchObject([{ kind: 'skipped', detail: 'cancelled' }]);
  expect(harness.records('classification.tasks.normal')).toEqual([]);
  expect(harness.lag()).toBe(0);
});

test('M-12: work that waits is dropped when its turn comes, that of the next revision is not', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(1_000);
  await harness.start('a', { stage: ocrStage(handle, { maxConcurrentRuns: 1 }) });
  await harness.produce('ocr.tasks.normal', ocrTask({ context: runContext({ requestId: 'before' }) }), {
    partition: 0,
  });
  await harness.produce('ocr.tasks.normal', ocrTask(), { partition: 0 });
  await harness.produce('ocr.tasks.normal', ocrTask({ context: runContext({ revision: 2 }) }), {
    partition: 0,
  });
  await stop(harness);
  await harness.advance(5_000);
  expect(worked).toEqual(['before', 'request-1']);
  expect((await harness.events()).map(({ kind, revision }) => [kind, revision])).toEqual([
    ['finished', 1],
    ['skipped', 1],
    ['finished', 2],
  ]);
});

test('M-12: a stop that was ordered while no process ran is known before the first task', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10);
  await stop(harness);
  await harness.produce('ocr.tasks.normal', ocrTask());
  await harness.start('a', { stage: ocrStage(handle) });
  await harness.advance(1_000);
  expect(worked).toEqual([]);
  expect(await harness.eventSummaries()).toEqual(['skipped 1']);
});

test('M-12: a stage that ends runs is not stopped', async () => {
  const harness = createStageHarness();
  const { worked, handle } = recordingHandler(10);
  await stop(harness);
  await harness.start('a', { stage: ocrStage(handle, { cancellable: false }) });
  await harness.produce('ocr.tasks.normal', ocrTask());
  await harness.advance(1_000);
  expect(worked).toEqual(['request-1']);
});

test("the first stage applies a run's stop only to a record that has proved to be the run's", async () => {
  const harness = createStageHarness();
  const stage = ocrStage(
    async (task, context) => {
      if (context.source.offset === '0') context.accept();
      context.signal.throwIfAborted();
      await Promise.resolve();
      return passOn(task);
    },
    { acceptsRuns: true },
  );
  await stop(harness);
  await harness.start('a', { stage });
  for (let copy = 0; copy < 2; copy += 1)
    await harness.produce('ocr.tasks.normal', ocrTask(), { partition: 0 });
  await harness.advance(2_000);
  expect((await harness.eventSummaries()).toSorted()).toEqual(['accepted 1', 'skipped 1']);
  expect(harness.records('classification.tasks.normal')).toHaveLength(1);
});

test('M-12: a stop that was read while the schema registry was away counts before the first task', async () => {
  const registry = { isAway: true };
  const codec = localCodec();
  const harness = createStageHarness({
    codec: {
      encode: (topic, value) => codec.encode(topic, value),
      decode: async (topic, bytes) => {
        if (registry.isAway) throw new FailureError('REGISTRY_UNAVAILABLE');
        return codec.decode(topic, bytes);
      },
    },
  });
  const { worked, handle } = recordingHandler(10);
  await stop(harness);
  await harness.produce('ocr.tasks.normal', ocrTask());
  harness.clock.after(30_000, () => (registry.isAway = false));
  await harness.start('a', { stage: ocrStage(handle) });
  await harness.advance(1_000);
  expect(worked).toEqual([]);
  expect(await harness.eventSummaries()).toEqual(['skipped 1']);
});

test('R-06: an order that cannot be decoded, and a listener that throws, end no following', async () => {
  const harness = createStageHarness();
  const unusable: string[] = [];
  await harness.produce('documents.control', Buffer.from('x'));
  const stops = await harness.until(
    followStops({
      log: harness.cluster.log('a'),
      codec: localCodec(),
      clock: harness.clock,
      signal: new AbortController().signal,
      report: {
        ...silentFollowReport,
        unusable: (_, { topic, partition, offset }) => unusable.push(`${topic}/${partition}/${offset}`),
      },
    }),
  );
  stops.onStop(({ revision }) => {
    if (revision === 1) throw new Error('refused');
  });
  await stop(harness, 1);
  await stop(harness, 2);
  await harness.advance(1_000);
  expect(unusable).toEqual(['documents.control/0/0', 'documents.control/0/1']);
  expect(stops.isStopped(runId, 2)).toBe(true);
});
