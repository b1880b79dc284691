import type { TopicPartition } from '@docfleet/domain';

/** A record as it is read. */
export interface LogRecord extends TopicPartition {
  readonly offset: bigint;
  /** Milliseconds since the epoch, as the log stamped it. */
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** A record to be written. Without `partition` the key's hash decides (murmur2, as Java clients do). */
export interface OutgoingRecord {
  readonly topic: string;
  readonly partition?: number;
  readonly key: Buffer | null;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a group has committed for a partition. */
export interface CommittedPosition {
  /** The next offset to read; null when the group has never committed here (then it reads from the beginning). */
  readonly offset: bigint | null;
  /** What was stored beside the offset; empty when nothing was. At most 4,096 bytes (the broker's limit). */
  readonly metadata: string;
}

/** Longest metadata a log keeps beside an offset, in bytes. */
export const maxMetadataBytes = 4096;

/** Records, source offset and window of one step or several: all or nothing. */
export interface LogTransaction {
  readonly records: readonly OutgoingRecord[];
  readonly offset: bigint;
  readonly metadata: string;
}

/**
 * What a transaction can end with besides success.
 * - `fenced`: another owner has initialised this partition's producer; this member's work on it is over. That owner may
 *   have been a zombie on its way out, or the broker, which gave an old transaction up: who is still assigned the
 *   partition a while later takes it over again.
 * - `in-doubt`: it may or may not have happened. `open` the partition again and look at the committed position. One that
 *   is neither the old nor the new one was moved by somebody else: this member was a zombie, and its other work on the
 *   partition may be done already.
 */
export class TransactionError extends Error {
  readonly outcome: 'fenced' | 'in-doubt';

  constructor(outcome: 'fenced' | 'in-doubt', options: { cause?: unknown } = {}) {
    super(`transaction ${outcome}`, options);
    this.name = 'TransactionError';
    this.outcome = outcome;
  }
}

/** What a group member is told. All calls come from one loop and must return at once. */
export interface GroupListener {
  /**
   * A new assignment, complete: partitions that are not named are no longer this member's. `epoch` grows with every
   * assignment. Nothing is fetched from a partition until `fetchFrom` was called in this epoch.
   */
  assigned(epoch: number, partitions: readonly TopicPartition[]): void;
  /** The group is about to change: start nothing new until the next assignment. Work in progress goes on. */
  revoking(): void;
  /**
   * Resolves when nothing that was started is at work or waits for its commit. A log may ask for it after `revoking`
   * and hold the change back so long, within a part of the time that a change may take, so that short work is not
   * done again elsewhere.
   */
  settled?(): Promise<void>;
  /**
   * Records of a partition, in order, with gaps. `nextOffset` is where the next fetch begins: past control and
   * aborted records, so it may be larger than the last offset + 1, and `records` may be empty.
   */
  fetched(batch: FetchedBatch): void;
  /** The membership is over and cannot be mended from inside. */
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
   * Takes a partition over: initialises its transactional producer (this ends the previous owner's transaction, one
   * way or the other, and fences it) and only then reads the committed position. Repeats until it succeeds.
   *
   * @throws TransactionError `fenced` when the epoch has passed
   */
  open(at: TopicPartition, epoch: number): Promise<CommittedPosition>;
  /** Fetches from `offset` (null: from the beginning of the log) from now on, in this epoch. */
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
  /** Milliseconds since the fetch loop last did something; a loop that stands still is dead (liveness). */
  idleMs(): number;
  /** Leaves the group and closes every connection. */
  leave(): Promise<void>;
}

/** A log of records: Kafka, or memory. Both pass `recordLogConformance` in libs/testing. */
export interface RecordLog {
  /**
   * Joins a group. Topics of one inner array are assigned together by partition index, so that a member sees every
   * lane of a stage; assignments stick to their member when the group changes.
   */
  join(options: {
    readonly group: string;
    readonly topics: readonly (readonly string[])[];
    readonly listener: GroupListener;
  }): Promise<GroupMember>;
  /**
   * Reads a topic from its beginning and follows it, outside any group. Resolves once everything that was there at
   * the call has been handed over; goes on until `signal` aborts.
   */
  follow(options: {
    readonly topic: string;
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
  /** Names the cluster, for ids that are made from positions. */
  clusterId(): Promise<string>;
  /** Writes records outside any group, acknowledged by all in-sync replicas, one call at a time. */
  produce(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}
