import { groupOf, poolsAmong, stageTopics, type TopicName } from '@docfleet/contracts';
import {
  partitionName,
  pooledStages,
  stageNames,
  type PartitionProgress,
  type StageName,
  type StageQueue,
  type TopicPartition,
} from '@docfleet/domain';
import type { CommittedPosition } from '@docfleet/record-log';
import { countFinished } from './window-metadata.ts';

/** The topics that one group of a stage reads: the common one, or that of a pool. */
export interface GroupInput {
  readonly group: string;
  /** With the queue that each belongs to. */
  readonly queueOf: ReadonlyMap<TopicName, StageQueue>;
}

/** What a stage reads, in all of its groups. */
export interface StageInput {
  readonly stage: StageName;
  readonly groups: readonly GroupInput[];
}

/** What every stage reads. Pools are those that have topics among the `existing` ones, so a removed pool counts, too. */
export function stageInputs(existing: readonly string[]): readonly StageInput[] {
  const pools = poolsAmong(existing);
  return stageNames.map((stage) => {
    const hasPools = pooledStages.some((each) => each === stage);
    return { stage, groups: [null, ...(hasPools ? pools : [])].map((pool) => groupInput(stage, pool)) };
  });
}

function groupInput(stage: StageName, pool: string | null): GroupInput {
  const { lanes, retries } = stageTopics(stage, pool);
  return {
    group: groupOf(stage, pool),
    queueOf: new Map([
      ...lanes.map(({ lane, topic }): [TopicName, StageQueue] => [topic, lane]),
      ...retries.map(({ topic }): [TopicName, StageQueue] => [topic, 'retry']),
    ]),
  };
}

/** What the brokers know of the positions of groups. */
export interface GroupPositions {
  committed(
    group: string,
    topics: readonly string[],
  ): Promise<readonly (TopicPartition & CommittedPosition)[]>;
  endOffsets(
    partitions: readonly TopicPartition[],
  ): Promise<readonly (TopicPartition & { readonly offset: bigint })[]>;
}

/**
 * How far the groups of a stage are; partitions whose end is not known are left out. Positions are read first: an end
 * that is read later is never before them.
 */
export async function progressOf(
  brokers: GroupPositions,
  { groups }: StageInput,
): Promise<readonly PartitionProgress[]> {
  const progress = await Promise.all(groups.map((each) => progressOfGroup(brokers, each)));
  return progress.flat();
}

async function progressOfGroup(
  brokers: GroupPositions,
  { group, queueOf }: GroupInput,
): Promise<readonly PartitionProgress[]> {
  const positions = await brokers.committed(group, [...queueOf.keys()]);
  const ends = new Map(
    (await brokers.endOffsets(positions)).map((each) => [partitionName(each), each.offset]),
  );
  return positions.flatMap(({ topic, partition, offset, metadata }) => {
    const [end, queue] = [ends.get(partitionName({ topic, partition })), queueOf.get(topic as TopicName)];
    if (end === undefined || queue === undefined) return [];
    const finished = offset === null ? 0n : countFinished(offset, metadata);
    return [{ topic, partition, queue, committed: offset, finished, end }];
  });
}
