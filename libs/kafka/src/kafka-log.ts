import { partitionName, type TopicPartition, withTimeout } from '@docfleet/domain';
import { murmur2Partition, type RecordLog } from '@docfleet/record-log';
import { createClient, type ClientOptions, type LogLine } from './client.ts';
import { ClusterLink } from './cluster-link.ts';
import { KafkaGroupMember } from './group-member.ts';
import { clusterIdOf, highWatermark, leaderOf, partitionCount, topicNames } from './offsets.ts';
import { readRange } from './range-reader.ts';
import { RecordSender } from './record-sender.ts';
import { TopicFollower } from './topic-follower.ts';

export interface KafkaLogOptions extends ClientOptions {
  /** Time without a heartbeat after which the partitions of a member are reassigned, in milliseconds; default 30,000. */
  readonly sessionTimeoutMs?: number;
  /** Time after which `produce` fails when a topic or the leader of a partition is not found, in milliseconds; default 30,000. */
  readonly leaderTimeoutMs?: number;
  /** Told the number of partitions of group members that cannot be read, when it changes. */
  readonly onUnreadable?: (partitions: number) => void;
}

/**
 * A log of records on Kafka 4.x. Connects when first used, and waits for brokers that are not available yet.
 */
export function openKafkaLog(options: KafkaLogOptions): RecordLog {
  const log: LogLine = options.log ?? (() => undefined);
  const kafka = createClient(options);
  const closed = new AbortController();
  const link = new ClusterLink(kafka, log);
  const members = new Set<KafkaGroupMember>();
  const followers = new Set<TopicFollower>();
  const retry = <T>(
    what: string,
    action: Parameters<typeof link.retry<T>>[0],
    signal = closed.signal,
  ): Promise<T> => link.retry(action, { signal, what });

  const partitionOf = async (topic: string, key: Buffer, signal?: AbortSignal): Promise<number> =>
    murmur2Partition(
      key,
      await retry(`partition count of ${topic}`, (cluster) => partitionCount(cluster, topic), signal),
    );
  const sender = new RecordSender({
    kafka,
    limitMs: options.leaderTimeoutMs ?? 30_000,
    partitionOf: ({ topic, key }, limitMs) =>
      key === null
        ? Promise.resolve(0)
        : withinLimit(limitMs, `topic ${topic}`, (signal) => partitionOf(topic, key, signal)),
    leaderOf: (at, limitMs) =>
      withinLimit(limitMs, `the leader of ${partitionName(at)}`, (signal) =>
        retry(`leader of ${partitionName(at)}`, (cluster) => leaderOf(cluster, at), signal),
      ),
    onFailedSend: (error) => void link.recover(error),
  });
  let clusterId: Promise<string> | undefined;

  return {
    join: ({ group, topics, listener }) => {
      const { brokers, sessionTimeoutMs = 30_000, onUnreadable } = options;
      const shared = { kafka, log, brokers, sessionTimeoutMs, group, topics, listener };
      const member = new KafkaGroupMember({ ...shared, ...(onUnreadable && { onUnreadable }) });
      members.add(member);
      return Promise.resolve(member);
    },
    follow: async (follow) => {
      const follower = new TopicFollower({ kafka, log, ...follow });
      followers.add(follower);
      await follower.catchUp();
    },
    readRange: (range) => readRange(link, range),
    endOffset: (at: TopicPartition) =>
      retry(`end offset of ${partitionName(at)}`, (cluster) => highWatermark(cluster, at)),
    partitionOf: (topic, key) => partitionOf(topic, key),
    topicNames: () => retry('names of topics', topicNames),
    clusterId: () => {
      clusterId ??= retry('cluster id', clusterIdOf);
      return clusterId;
    },
    produce: (records) => sender.produce(records),
    close: async () => {
      closed.abort(new Error('The log is closed'));
      await Promise.all([...members].map((member) => member.leave()));
      await Promise.all([...followers].map((follower) => follower.close()));
      await sender.close();
      await link.close();
    },
  };
}

/** Ends the tries of `find` at the limit. */
async function withinLimit<T>(
  limitMs: number,
  what: string,
  find: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const error = (): Error => new Error(`Not sent: ${what} was not found within ${Math.round(limitMs)} ms`);
  try {
    return await withTimeout(find(ended.signal), limitMs, { error });
  } finally {
    ended.abort(new Error(`The search for ${what} has ended`));
  }
}
