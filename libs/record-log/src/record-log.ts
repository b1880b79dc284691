import type { TopicPartition } from '@docfleet/domain';

/** A record read from a log. */
export interface LogRecord extends TopicPartition {
  readonly offset: bigint;
  /** Timestamp set by the log, in milliseconds since the epoch. */
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** A record to be written. Without `partition` the hash of the key decides (murmur2, as in Java clients). */
export interface OutgoingRecord {
  readonly topic: string;
  readonly partition?: number;
  readonly key: Buffer | null;
  /** Null removes the key from a compacted topic. */
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Committed position of a group in a partition. */
export interface CommittedPosition {
  /** The next offset to read; null when the group has never committed here (then it reads from the beginning). */
  readonly offset: bigint | null;
  /** Metadata stored with the offset; empty when there is none. At most 4,096 bytes (the limit of the broker). */
  readonly metadata: string;
}

/** Longest metadata of a committed offset, in bytes. */
export const maxMetadataBytes = 4096;

/** Records, source offset and window of one step or several: all or nothing. */
export interface LogTransaction {
  readonly records: readonly OutgoingRecord[];
  readonly offset: bigint;
  readonly metadata: string;
}

/**
 * A failed transaction.
 * - `fenced`: the producer of this partition was initialised elsewhere; this member must stop its work on the partition.
 *   The other owner may have been a zombie, or the broker, which aborted an old transaction: a member that is still
 *   assigned the partition a while later opens it again.
 * - `in-doubt`: it may or may not have been committed. `open` the partition again and read the committed position. A
 *   position that is neither the old nor the new one was committed by another owner: this member was a zombie, and its
 *   other tasks of the partition may have been finished there.
 */
export class TransactionError extends Error {
  readonly outcome: 'fenced' | 'in-doubt';

  constructor(outcome: 'fenced' | 'in-doubt', options: { cause?: unknown } = {}) {
    super(`Transaction ${outcome}`, options);
    this.name = 'TransactionError';
    this.outcome = outcome;
  }
}

/** Callbacks of a group member. They are called one at a time and must not block. */
export interface GroupListener {
  /**
   * A new, complete assignment: partitions that are not in it are no longer assigned. `epoch` increases with every
   * assignment. Nothing is fetched from a partition until `fetchFrom` was called in this epoch.
   */
  assigned(epoch: number, partitions: readonly TopicPartition[]): void;
  /** A rebalance begins: start no new task until the next assignment. Tasks in execution continue. */
  revoking(): void;
  /**
   * Resolves when no started task is in execution or waits for its commit. A log may call it after `revoking` and delay
   * the rebalance until then, within a part of the rebalance timeout, so that short tasks are not repeated elsewhere.
   */
  settled?(): Promise<void>;
  /**
   * Records of a partition, in order, with gaps. `nextOffset` is the offset of the next fetch: past control and
   * aborted records, so it may be larger than the last offset + 1, and `records` may be empty.
   */
  fetched(batch: FetchedBatch): void;
  /** The membership has ended permanently; the caller has to join again. */
  lost(error: Error): void;
}

export interface FetchedBatch extends TopicPartition {
  readonly epoch: number;
  readonly records: readonly LogRecord[];
  readonly nextOffset: bigint;
}

/** One member of a consumer group, with one transactional identity per input partition (`<group>.<topic>.<partition>`). */
export interface GroupMember {
  /**
   * Opens a partition: initialises its transactional producer (which ends the transaction of the previous owner and
   * fences it), and only then reads the committed position. Retries until it succeeds.
   *
   * @throws TransactionError `fenced` when the epoch has ended
   */
  open(at: TopicPartition, epoch: number): Promise<CommittedPosition>;
  /** Starts to fetch from `offset` (null: the beginning of the log), in this epoch. */
  fetchFrom(at: TopicPartition, epoch: number, offset: bigint | null): void;
  /**
   * One transaction: records first, the offset last. Calls for one partition must not overlap. After a
   * `TransactionError` the partition must be opened again before the next.
   *
   * @throws TransactionError
   * @throws RangeError when the metadata is longer than `maxMetadataBytes`; nothing has happened then
   */
  transact(at: TopicPartition, epoch: number, transaction: LogTransaction): Promise<void>;
  pause(at: TopicPartition): void;
  resume(at: TopicPartition): void;
  /** Milliseconds since the last activity of the fetch loop, for liveness probes. */
  idleMs(): number;
  /** Leaves the group and closes every connection. */
  leave(): Promise<void>;
}

/** A log of records: Kafka, or memory. Both pass `recordLogConformance` in libs/testing. */
export interface RecordLog {
  /**
   * Joins a group. Topics of one inner array are assigned together by partition index, so that a member has every
   * lane of a stage; assignments are sticky.
   */
  join(options: {
    readonly group: string;
    readonly topics: readonly (readonly string[])[];
    readonly listener: GroupListener;
  }): Promise<GroupMember>;
  /**
   * Reads a topic from its beginning and follows it, outside any group. Resolves when all records that existed at
   * the call have been delivered; continues until `signal` aborts. With `from: 'end'` those are passed over.
   */
  follow(options: {
    readonly topic: string;
    readonly from?: 'beginning' | 'end';
    readonly onRecord: (record: LogRecord) => void;
    readonly signal: AbortSignal;
  }): Promise<void>;
  /**
   * Committed records of a partition in [from, to), waiting for transactions that are open in between.
   *
   * @throws the signal's reason when it aborts first
   */
  readRange(options: {
    readonly at: TopicPartition;
    readonly from: bigint;
    readonly to: bigint;
    readonly signal: AbortSignal;
  }): Promise<readonly LogRecord[]>;
  /** The high watermark: one past the newest record, open transactions included. */
  endOffset(at: TopicPartition): Promise<bigint>;
  /** The partition that a key hashes to. */
  partitionOf(topic: string, key: Buffer): Promise<number>;
  /** Names of the topics that exist and that this process may see. */
  topicNames(): Promise<readonly string[]>;
  /** Id of the cluster, for ids that are derived from positions. */
  clusterId(): Promise<string>;
  /** Writes records outside any group, acknowledged by all in-sync replicas, one call at a time. */
  produce(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}
