import type { RecordLog } from '@docfleet/record-log';
import { until, type LogHarness } from '@docfleet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kafkaHarness } from './kafka-harness.ts';

let harness: LogHarness;
const logs: RecordLog[] = [];

beforeAll(() => {
  harness = kafkaHarness();
});

afterAll(async () => {
  await Promise.all(logs.map((log) => log.close()));
  await harness.close();
});

const nothing = (): undefined => undefined;

it('M-17: a rebalance waits for short tasks, up to a limit', async () => {
  const topic = await harness.createTopic('settling', 2);
  const group = `group-of-${topic}`;
  const calls: string[] = [];
  const ended = Promise.withResolvers<undefined>();
  const first = harness.log('first');
  await first.join({
    group,
    topics: [[topic]],
    listener: {
      assigned: (_, partitions) => calls.push(`assigned ${String(partitions.length)}`),
      revoking: () => calls.push('revoking'),
      settled: async () => {
        calls.push('settling');
        await ended.promise;
        calls.push('settled');
      },
      fetched: nothing,
      lost: nothing,
    },
  });
  await until('it has both partitions', () => calls.includes('assigned 2'));
  const second = harness.log('second');
  logs.push(first, second);
  const others: number[] = [];
  await second.join({
    group,
    topics: [[topic]],
    listener: {
      assigned: (_, partitions) => others.push(partitions.length),
      revoking: nothing,
      fetched: nothing,
      lost: nothing,
    },
  });
  await until('settled is called', () => calls.includes('settling'));
  expect(others).toEqual([]);
  ended.resolve(undefined);
  await until('both have one', () => calls.includes('assigned 1') && others.includes(1));
  expect(calls).toEqual(['assigned 2', 'revoking', 'settling', 'settled', 'assigned 1']);
}, 60_000);
