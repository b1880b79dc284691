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

it('M-17: partitions go when the work on them has ended, or has taken too long', async () => {
  const topic = await harness.createTopic('settling', 2);
  const group = `group-of-${topic}`;
  const told: string[] = [];
  const ended = Promise.withResolvers<undefined>();
  const first = harness.log('first');
  await first.join({
    group,
    topics: [[topic]],
    listener: {
      assigned: (_, partitions) => told.push(`assigned ${String(partitions.length)}`),
      revoking: () => told.push('revoking'),
      settled: async () => {
        told.push('asked');
        await ended.promise;
        told.push('settled');
      },
      fetched: nothing,
      lost: nothing,
    },
  });
  await until('it has both partitions', () => told.includes('assigned 2'));
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
  await until('it is asked', () => told.includes('asked'));
  expect(others).toEqual([]);
  ended.resolve(undefined);
  await until('both have one', () => told.includes('assigned 1') && others.includes(1));
  expect(told).toEqual(['assigned 2', 'revoking', 'asked', 'settled', 'assigned 1']);
}, 60_000);
