import type { StageQueue } from './lane.ts';
import type { TopicPartition } from './topic-partition.ts';

/** How far a group is in one partition. */
export interface PartitionProgress extends TopicPartition {
  readonly queue: StageQueue;
  /** Committed offset; null when the group has never committed. */
  readonly committed: bigint | null;
  /** Offsets at or above it that count as finished. */
  readonly finished: bigint;
  /** One past the newest record. */
  readonly end: bigint;
}

/**
 * Offsets of a partition that are neither committed nor finished: records, and the markers of transactions. What is
 * finished above the committed offset does not count, so one slow record does not make everything behind it look undone.
 */
export function lagOf({ committed, finished, end }: PartitionProgress): number {
  const lag = end - (committed ?? 0n) - finished;
  return lag > 0n ? Number(lag) : 0;
}
