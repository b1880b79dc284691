import { partitionName, type TopicPartition } from '@docfleet/domain';
import { murmur2Partition, type OutgoingRecord, type RecordLog } from '@docfleet/record-log';
import { createClient, type ClientOptions, type LogLine } from './client.ts';
import { ClusterLink } from './cluster-link.ts';
import { KafkaGroupMember } from './group-member.ts';
import { clusterIdOf, highWatermark, partitionCount } from './offsets.ts';
import { SerialProducer } from './serial-producer.ts';
import { followTopic, readRange } from './topic-reader.ts';

export interface KafkaLogOptions extends ClientOptions {
  /** How long a member may be silent before its partitions go to others. 30 s. */
  readonly sessionTimeoutMs?: number;
}

/**
 * A log of records on Kafka 4.x. Opens no connection before it is used, and waits for brokers that are not there yet.
 */
export function openKafkaLog(options: KafkaLogOptions): RecordLog {
  const log: LogLine = options.log ?? (() => undefined);
  const kafka = createClient(options);
  const closed = new AbortController();
  const link = new ClusterLink(kafka, log);
  const members = new Set<KafkaGroupMember>();
  const followers = new Set<ClusterLink>();
  const ask = <T>(what: string, action: Parameters<typeof link.retry<T>>[0]): Promise<T> =>
    link.retry(action, { signal: closed.signal, what });

  const partitionOf = async (topic: string, key: Buffer): Promise<number> =>
    murmur2Partition(
      key,
      await ask(`counting the partitions of ${topic}`, (cluster) => partitionCount(cluster, topic)),
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
      ask(`the end of ${partitionName(at)}`, (cluster) => highWatermark(cluster, at)),
    partitionOf,
    clusterId: () => {
      clusterId ??= ask('the id of the cluster', clusterIdOf);
      return clusterId;
    },
    produce: (records) => producer.produce(records),
    close: async () => {
      closed.abort(new Error('the log is closed'));
      await Promise.all([...members].map((member) => member.leave()));
      await Promise.all([...followers].map((follower) => follower.close()));
      await producer.close();
      await link.close();
    },
  };
}
