import { partitionName, type TopicPartition } from '@docfleet/domain';
import { type CommittedPosition } from '@docfleet/record-log';
import type { Broker, Cluster } from 'kafkajs';

/** A request of kafkajs 2.2.4 that its types omit. */
interface OffsetBroker extends Broker {
  listOffsets(request: {
    readonly isolationLevel: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[];
    }[];
  }): Promise<{
    readonly responses: readonly { readonly partitions: readonly { readonly offset: string }[] }[];
  }>;
}

/** Response about committed offsets; the type of kafkajs omits the metadata. */
interface CommittedOffsets {
  readonly responses: readonly {
    readonly partitions: readonly { readonly offset: string; readonly metadata: string | null }[];
  }[];
}

const readUncommitted = 0;
const latest = -1;
const earliest = -2;

/** The first offset of the log. */
export function earliestOffset(cluster: Cluster, at: TopicPartition): Promise<bigint> {
  return offsetAt(cluster, at, earliest);
}

/**
 * One past the newest record, open transactions included. Needs read_uncommitted: with the isolation level of
 * kafkajs the answer is the last stable offset.
 */
export function highWatermark(cluster: Cluster, at: TopicPartition): Promise<bigint> {
  return offsetAt(cluster, at, latest);
}

async function offsetAt(cluster: Cluster, at: TopicPartition, timestamp: number): Promise<bigint> {
  const broker = (await cluster.findBroker({ nodeId: await leaderOf(cluster, at) })) as OffsetBroker;
  const { responses } = await broker.listOffsets({
    isolationLevel: readUncommitted,
    topics: [{ topic: at.topic, partitions: [{ partition: at.partition, timestamp }] }],
  });
  const offset = responses[0]?.partitions[0]?.offset;
  if (offset === undefined) throw new Error(`No offset in the response for ${partitionName(at)}`);
  return BigInt(offset);
}

/** Node id of the partition's leader. */
export async function leaderOf(cluster: Cluster, at: TopicPartition): Promise<string> {
  await cluster.addTargetTopic(at.topic);
  await cluster.refreshMetadataIfNecessary();
  const [leader] = Object.keys(cluster.findLeaderForPartitions(at.topic, [at.partition]));
  if (leader === undefined) throw new Error(`Partition ${partitionName(at)} does not exist`);
  return leader;
}

/** Id of the cluster. kafkajs' type of a broker's metadata omits it. */
export async function clusterIdOf(cluster: Cluster): Promise<string> {
  const metadata = (await cluster.metadata()) as unknown as { readonly clusterId: string };
  return metadata.clusterId;
}

/** Number of partitions of a topic. */
export async function partitionCount(cluster: Cluster, topic: string): Promise<number> {
  await cluster.addTargetTopic(topic);
  await cluster.refreshMetadataIfNecessary();
  const count = cluster.findTopicPartitionMetadata(topic).length;
  if (count === 0) throw new Error(`Topic ${topic} does not exist`);
  return count;
}

/** Committed position of `group`, from its coordinator, which is looked up each time. */
export async function committedOffset(
  cluster: Cluster,
  group: string,
  at: TopicPartition,
): Promise<CommittedPosition> {
  const coordinator = await cluster.findGroupCoordinator({ groupId: group });
  const { responses } = (await coordinator.offsetFetch({
    groupId: group,
    topics: [{ topic: at.topic, partitions: [{ partition: at.partition, offset: '-1' }] }],
  })) as unknown as CommittedOffsets;
  const committed = responses[0]?.partitions[0];
  if (committed === undefined)
    throw new Error(`No committed offset in the response for ${partitionName(at)}`);
  const offset = BigInt(committed.offset);
  return { offset: offset < 0n ? null : offset, metadata: committed.metadata ?? '' };
}
