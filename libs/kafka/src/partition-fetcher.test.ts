import { partitionName, type TopicPartition } from '@docfleet/domain';
import { until } from '@docfleet/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { connectionError, fakeCluster, protocolError } from '../test/fake-cluster.ts';
import { PartitionFetcher } from './partition-fetcher.ts';

const good: TopicPartition = { topic: 't', partition: 0 };
const bad: TopicPartition = { topic: 't', partition: 1 };

let close: () => Promise<void> = () => Promise.resolve();

afterEach(() => close());

function startFetcher(
  cluster: ReturnType<typeof fakeCluster>,
  parts: {
    partitions?: readonly TopicPartition[];
    onDelivered?: (at: TopicPartition, offset: bigint) => void;
  } = {},
) {
  const delivered = new Map<string, bigint[]>();
  const lines: string[] = [];
  const unreadable: number[] = [];
  const fetcher = new PartitionFetcher({
    kafka: cluster.kafka,
    log: (level, message, facts) =>
      lines.push(`${level} ${message} ${String(facts?.['topic'])} ${String(facts?.['partition'])}`),
    deliver: (batch) => {
      for (const { offset } of batch.records) {
        parts.onDelivered?.(batch, offset);
        const name = partitionName(batch);
        delivered.set(name, [...(delivered.get(name) ?? []), offset]);
      }
    },
    onUnreadable: (count) => unreadable.push(count),
  });
  close = () => fetcher.close();
  for (const at of parts.partitions ?? [good, bad]) fetcher.start(at, 1, 0n);
  const count = (at: TopicPartition): number => delivered.get(partitionName(at))?.length ?? 0;
  return { fetcher, delivered, lines, unreadable, count };
}

/** Every kind of failure of one partition: the others are read on, and it is read when the failure ends. */
const failures: readonly (readonly [string, (cluster: ReturnType<typeof fakeCluster>) => () => void])[] = [
  [
    'has no leader',
    (cluster) => {
      cluster.leaders.set(partitionName(bad), '-1');
      return () => cluster.leaders.delete(partitionName(bad));
    },
  ],
  [
    'is refused by its leader',
    (cluster) => {
      cluster.fails.set(partitionName(bad), () => protocolError('NOT_LEADER_FOR_PARTITION'));
      return () => cluster.recovers(bad);
    },
  ],
  [
    'has a batch that cannot be decoded',
    (cluster) => {
      cluster.fails.set(partitionName(bad), () => new TypeError('not a batch'));
      return () => cluster.recovers(bad);
    },
  ],
  [
    'has a leader that does not answer',
    (cluster) => {
      cluster.leaders.set(partitionName(bad), '2');
      cluster.brokerFails.set('2', connectionError);
      return () => cluster.brokerFails.delete('2');
    },
  ],
];

describe('PartitionFetcher', () => {
  it.each(failures)('R-06: reads the others while a partition %s, and it afterwards', async (_, fail) => {
    const cluster = fakeCluster();
    const mend = fail(cluster);
    const { count, lines, unreadable } = startFetcher(cluster);
    await until('the failure is logged', () => lines.includes('warn Partition cannot be read, retrying t 1'));
    const before = count(good);
    await until('the other is read on', () => count(good) > before + 20);
    expect({ bad: count(bad), unreadable }).toEqual({ bad: 0, unreadable: [1] });
    mend();
    await until('it is read', () => count(bad) > 2);
    expect(lines).toContain('info Partition is read again t 1');
    expect(unreadable).toEqual([1, 0]);
  });

  it('R-06: reads the others while a topic does not exist', async () => {
    const cluster = fakeCluster();
    cluster.topicFails.set('gone', () => protocolError('UNKNOWN_TOPIC_OR_PARTITION'));
    const { count, lines, unreadable } = startFetcher(cluster, {
      partitions: [{ topic: 'gone', partition: 0 }, good],
    });
    await until('the failure is logged', () =>
      lines.includes('warn Partition cannot be read, retrying gone 0'),
    );
    const before = count(good);
    await until('the other is read on', () => count(good) > before + 20);
    expect(unreadable).toEqual([1]);
  });

  it('asks for a partition that failed in a request of its own', async () => {
    const cluster = fakeCluster();
    cluster.fails.set(partitionName(bad), () => protocolError('NOT_LEADER_FOR_PARTITION'));
    const { count } = startFetcher(cluster);
    await until('the other is read', () => count(good) > 50);
    const together = cluster.requests.filter((request) => request.includes(' '));
    expect(together).toHaveLength(1);
  });

  it('R-06: delivers a batch again that its receiver failed to take, and the others meanwhile', async () => {
    const cluster = fakeCluster();
    let refusals = 0;
    const { count, delivered } = startFetcher(cluster, {
      onDelivered: ({ partition }, offset) => {
        if (partition === 1 && offset === 2n && refusals++ < 2) throw new Error('refused');
      },
    });
    await until('all are read', () => count(bad) > 5 && count(good) > 5);
    expect(refusals).toBeGreaterThan(2);
    expect(delivered.get(partitionName(bad))?.slice(0, 5)).toEqual([0n, 1n, 2n, 3n, 4n]);
  });
});
