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
    readonly responses: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[];
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
export async function earliestOffset(cluster: Cluster, at: TopicPartition): Promise<bigint> {
  return earliestOffsetFrom(cluster, await leaderOf(cluster, at), at);
}

/** The first offset of the log, asked of a leader that is known. */
export function earliestOffsetFrom(cluster: Cluster, nodeId: string, at: TopicPartition): Promise<bigint> {
  return offsetFrom(cluster, nodeId, at, earliest);
}

/**
 * One past the newest record, open transactions included. Needs read_uncommitted: with the isolation level of
 * kafkajs the answer is the last stable offset.
 */
export async function highWatermark(cluster: Cluster, at: TopicPartition): Promise<bigint> {
  return offsetFrom(cluster, await leaderOf(cluster, at), at, latest);
}

function leaderIfAny(cluster: Cluster, at: TopicPartition): string | undefined {
  try {
    return knownLeaderOf(cluster, at);
  } catch {
    return undefined;
  }
}

/** The high watermarks of many partitions: one request to each leader. A partition without a leader is left out. */
export async function highWatermarks(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
): Promise<readonly (TopicPartition & { readonly offset: bigint })[]> {
  await cluster.addMultipleTargetTopics([...new Set(partitions.map(({ topic }) => topic))]);
  await cluster.refreshMetadataIfNecessary();
  const led = Map.groupBy(partitions, (at) => leaderIfAny(cluster, at));
  const answers = [...led].map(async ([nodeId, own]) => {
    if (nodeId === undefined) return [];
    const broker = (await cluster.findBroker({ nodeId })) as OffsetBroker;
    const { responses } = await broker.listOffsets({
      isolationLevel: readUncommitted,
      topics: [...Map.groupBy(own, ({ topic }) => topic)].map(([topic, each]) => ({
        topic,
        partitions: each.map(({ partition }) => ({ partition, timestamp: latest })),
      })),
    });
    return responses.flatMap(({ topic, partitions: answered }) =>
      answered.map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) })),
    );
  });
  return (await Promise.all(answers)).flat();
}

async function offsetFrom(
  cluster: Cluster,
  nodeId: string,
  at: TopicPartition,
  timestamp: number,
): Promise<bigint> {
  const broker = (await cluster.findBroker({ nodeId })) as OffsetBroker;
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
  return knownLeaderOf(cluster, at);
}

/**
 * Node id of the partition's leader, from the metadata that was loaded last.
 *
 * @throws Error when it has none, or does not exist
 */
export function knownLeaderOf(cluster: Cluster, at: TopicPartition): string {
  const [leader] = Object.keys(cluster.findLeaderForPartitions(at.topic, [at.partition]));
  if (leader === undefined) throw new Error(`Partition ${partitionName(at)} does not exist`);
  if (leader === '-1') throw new Error(`Partition ${partitionName(at)} has no leader`);
  return leader;
}

/** Id of the cluster. kafkajs' type of a broker's metadata omits it. */
export async function clusterIdOf(cluster: Cluster): Promise<string> {
  const metadata = (await cluster.metadata()) as unknown as { readonly clusterId: string };
  return metadata.clusterId;
}

/** Names of all topics that this client may see. */
export async function topicNames(cluster: Cluster): Promise<readonly string[]> {
  const { topicMetadata } = await cluster.metadata();
  return topicMetadata.map(({ topic }) => topic);
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
