import { partitionName, type TopicPartition } from '@docfleet/domain';
import { type LogRecord } from '@docfleet/record-log';
import type { Cluster } from 'kafkajs';
import type { ClusterLink } from './cluster-link.ts';
import { partitionOutOfRange } from './errors.ts';
import { fetchFrom, type FetchedPartition } from './fetch.ts';
import { earliestOffset, leaderOf } from './offsets.ts';
import { pauseFor } from './wait.ts';

const limits = { maxWaitMs: 1000, maxBytes: 1024 * 1024, maxBytesPerPartition: 1024 * 1024 };

/** Committed records of a partition in [from, to). Waits for transactions that are open in between. */
export async function readRange(
  link: ClusterLink,
  range: {
    readonly at: TopicPartition;
    readonly from: bigint;
    readonly to: bigint;
    readonly signal: AbortSignal;
  },
): Promise<LogRecord[]> {
  const { at, from, to, signal } = range;
  const records: LogRecord[] = [];
  for (let position = from; position < to;) {
    const fetched = await link.retry((cluster) => fetchOne(cluster, at, position), {
      signal,
      what: `records of ${partitionName(at)}`,
    });
    records.push(...fetched.records.filter(({ offset }) => offset < to));
    if (fetched.nextOffset === position) await pauseFor(5, signal);
    position = fetched.nextOffset;
  }
  return records;
}

/** One fetch of one partition. A position below the first offset moves to it. */
async function fetchOne(cluster: Cluster, at: TopicPartition, offset: bigint): Promise<FetchedPartition> {
  try {
    const [fetched] = await fetchFrom(cluster, await leaderOf(cluster, at), [{ ...at, offset }], limits);
    return fetched ?? { topic: at.topic, partition: at.partition, records: [], nextOffset: offset };
  } catch (error) {
    if (partitionOutOfRange(error) === undefined) throw error;
    const earliest = await earliestOffset(cluster, at);
    return { ...at, records: [], nextOffset: earliest > offset ? earliest : offset };
  }
}
