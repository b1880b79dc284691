import { localCodec, topics } from '@docfleet/contracts';
import { createMemoryCluster } from '@docfleet/memory-log';
import { classificationTask, virtualClock } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { done, type RunningStage, silentObserver, type Stage, startStage } from '../src/index.ts';

const topic = 'classification.tasks.normal';
const codec = localCodec();

test('M-17: what is at work when the group changes during a drain is committed, not done again', async () => {
  const clock = virtualClock();
  const partitions = Object.fromEntries(topics.map(({ name }) => [name, 1]));
  const cluster = createMemoryCluster({ clock, topics: partitions });
  const working = Promise.withResolvers<undefined>();
  const handled: string[] = [];
  const start = (name: string): Promise<RunningStage> => {
    const stage: Stage<typeof topic> = {
      name: 'classification',
      version: '1',
      maxConcurrentRuns: 4,
      timeoutMs: () => 600_000,
      timeoutCode: 'TIMEOUT_LLM',
      runOf: ({ context }) => context,
      acceptsRuns: false,
      retries: 'topics',
      restartWhenInDoubt: false,
      cancellable: true,
      handle: async () => {
        handled.push(name);
        await working.promise;
        return done([]);
      },
    };
    const stops = { isStopped: () => false, onStop: () => () => undefined };
    const log = cluster.log(name);
    return clock.settle(startStage({ stage, log, codec, clock, stops, observer: silentObserver }));
  };
  const leaving = await start('leaving');
  const record = { topic, key: Buffer.from('a'), value: await codec.encode(topic, classificationTask()) };
  await clock.settle(cluster.log('tenant').produce([{ ...record, headers: {} }]));
  await clock.runUntil(() => handled.length === 1);

  // The group has never committed here, so what was adopted waits for a first fetch before it can be.
  const drained = leaving.drain(600_000);
  const staying = await start('staying');
  await clock.advance(10_000);
  working.resolve(undefined);
  const before = clock.now();
  await clock.settle(drained);
  expect(clock.now() - before).toBeLessThan(60_000);
  await clock.advance(60_000);
  expect(handled).toEqual(['leaving']);
  await clock.settle(staying.drain(1_000));
});
