import { partitionName, type TopicPartition } from '@docfleet/domain';
import { type LogRecord } from '@docfleet/record-log';
import type { Cluster } from 'kafkajs';
import type { ClusterLink } from './cluster-link.ts';
import { partitionOutOfRange } from './errors.ts';
import { fetchFrom, type FetchedPartition } from './fetch.ts';
import { earliestOffset, highWatermark, leaderOf, partitionCount } from './offsets.ts';
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

/** Reads a topic from its beginning and follows it; see `RecordLog.follow`. `link` is used by this reader only. */
export async function followTopic(
  link: ClusterLink,
  options: {
    readonly topic: string;
    readonly onRecord: (record: LogRecord) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { topic, onRecord, signal } = options;
  const retry = <T>(action: (cluster: Cluster) => Promise<T>): Promise<T> =>
    link.retry(action, { signal, what: `records of ${topic}` });
  const positions = new Map<number, bigint>();
  const advance = ({ partition, records, nextOffset }: FetchedPartition): void => {
    if (signal.aborted) return;
    positions.set(partition, nextOffset);
    records.forEach(onRecord);
  };
  const ends = await retry((cluster) => endsOf(cluster, topic));
  for (const [partition, end] of ends) {
    positions.set(partition, await retry((cluster) => earliestOffset(cluster, { topic, partition })));
    for (let from = positions.get(partition) ?? end; from < end; from = positions.get(partition) ?? end) {
      advance(await retry((cluster) => fetchOne(cluster, { topic, partition }, from)));
    }
  }
  void readOn().catch(() => undefined);

  async function readOn(): Promise<void> {
    for (;;) {
      const fetched = await retry((cluster) => fetchAll(cluster, topic, positions));
      fetched.forEach(advance);
    }
  }
}

/** High watermarks by partition. */
async function endsOf(cluster: Cluster, topic: string): Promise<(readonly [number, bigint])[]> {
  const partitions = Array.from(
    { length: await partitionCount(cluster, topic) },
    (_, partition) => partition,
  );
  return Promise.all(
    partitions.map(
      async (partition) => [partition, await highWatermark(cluster, { topic, partition })] as const,
    ),
  );
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

/** One fetch of every partition, including new ones. */
async function fetchAll(
  cluster: Cluster,
  topic: string,
  positions: ReadonlyMap<number, bigint>,
): Promise<FetchedPartition[]> {
  const count = await partitionCount(cluster, topic);
  const [first, ...others] = Array.from({ length: count }, (_, partition) => ({ topic, partition }));
  if (first !== undefined && others.length === 0)
    return [await fetchOne(cluster, first, positions.get(0) ?? 0n)];
  const byLeader = new Map<string, { topic: string; partition: number; offset: bigint }[]>();
  for (let partition = 0; partition < count; partition += 1) {
    const at = { topic, partition };
    const offset = positions.get(partition) ?? (await earliestOffset(cluster, at));
    const leader = await leaderOf(cluster, at);
    byLeader.set(leader, [...(byLeader.get(leader) ?? []), { ...at, offset }]);
  }
  const answers = await Promise.all(
    [...byLeader].map(([leader, positionsOfLeader]) =>
      fetchFrom(cluster, leader, positionsOfLeader, limits).catch(outOfRange(cluster)),
    ),
  );
  return answers.flat();
}

/** Moves a partition to its first offset when retention deleted records at its position. */
function outOfRange(cluster: Cluster): (error: unknown) => Promise<FetchedPartition[]> {
  return async (error) => {
    const at = partitionOutOfRange(error);
    if (at === undefined) throw error;
    return [{ ...at, records: [], nextOffset: await earliestOffset(cluster, at) }];
  };
}
