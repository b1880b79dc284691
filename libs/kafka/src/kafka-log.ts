import { partitionName, type TopicPartition } from '@docfleet/domain';
import { murmur2Partition, type OutgoingRecord, type RecordLog } from '@docfleet/record-log';
import { createClient, type ClientOptions, type LogLine } from './client.ts';
import { ClusterLink } from './cluster-link.ts';
import { KafkaGroupMember } from './group-member.ts';
import { clusterIdOf, highWatermark, partitionCount } from './offsets.ts';
import { SerialProducer } from './serial-producer.ts';
import { followTopic, readRange } from './topic-reader.ts';

export interface KafkaLogOptions extends ClientOptions {
  /** Time without a heartbeat after which the partitions of a member are reassigned, in milliseconds; default 30,000. */
  readonly sessionTimeoutMs?: number;
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
  const followers = new Set<ClusterLink>();
  const retry = <T>(what: string, action: Parameters<typeof link.retry<T>>[0]): Promise<T> =>
    link.retry(action, { signal: closed.signal, what });

  const partitionOf = async (topic: string, key: Buffer): Promise<number> =>
    murmur2Partition(
      key,
      await retry(`partition count of ${topic}`, (cluster) => partitionCount(cluster, topic)),
    );
  const producer = new SerialProducer(kafka, ({ topic, key }: OutgoingRecord) =>
    key === null ? Promise.resolve(0) : partitionOf(topic, key),
  );
  let clusterId: Promise<string> | undefined;

  return {
    join: ({ group, topics, listener }) => {
      const { brokers, sessionTimeoutMs = 30_000 } = options;
      const member = new KafkaGroupMember({ kafka, log, brokers, sessionTimeoutMs, group, topics, listener });
      members.add(member);
      return Promise.resolve(member);
    },
    follow: async (follow) => {
      const own = new ClusterLink(kafka, log);
      followers.add(own);
      follow.signal.addEventListener('abort', () => void own.close(), { once: true });
      await followTopic(own, follow);
    },
    readRange: (range) => readRange(link, range),
    endOffset: (at: TopicPartition) =>
      retry(`end offset of ${partitionName(at)}`, (cluster) => highWatermark(cluster, at)),
    partitionOf,
    clusterId: () => {
      clusterId ??= retry('cluster id', clusterIdOf);
      return clusterId;
    },
    produce: (records) => producer.produce(records),
    close: async () => {
      closed.abort(new Error('The log is closed'));
      await Promise.all([...members].map((member) => member.leave()));
      await Promise.all([...followers].map((follower) => follower.close()));
      await producer.close();
      await link.close();
    },
  };
}
