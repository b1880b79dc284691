import type { TopicName } from '@docfleet/contracts';
import { lanes, laneOfTopic, type Lane } from '@docfleet/domain';
import type { InFlightTable } from './in-flight.ts';
import type { OwnedPartition } from './partition.ts';

/** Fetching resumes when this share of the look-ahead is used at most. */
const resumeShare = 0.8;

/**
 * Backpressure (M-08): while the look-ahead is full nothing more is fetched, so that a backlog stays in the log. One
 * rule says for each partition whether it is fetched from.
 *
 * Records of paused lanes stay in memory and do not count, or they would keep the other lanes away; since each lane may be
 * paused when it has filled the look-ahead, all records together are bounded by one look-ahead a lane.
 */
export class FetchControl<F extends TopicName> {
  readonly #table: InFlightTable<F>;
  readonly #maxRecords: number;
  readonly #maxBytes: number;
  #isFull = false;
  #isClosed = false;
  #paused: ReadonlySet<Lane> = new Set();

  constructor(options: {
    readonly table: InFlightTable<F>;
    readonly maxRecords: number;
    readonly maxBytes: number;
  }) {
    this.#table = options.table;
    this.#maxRecords = options.maxRecords;
    this.#maxBytes = options.maxBytes;
  }

  /** Looks at the load again. */
  update(partitions: readonly OwnedPartition[]): void {
    const used = this.#usedShare();
    const wasFull = this.#isFull;
    if (used >= 1) this.#isFull = true;
    else if (used < resumeShare) this.#isFull = false;
    if (this.#isFull !== wasFull) for (const partition of partitions) this.apply(partition);
  }

  /** Whether half of the look-ahead is used. */
  isHalfFull(): boolean {
    return this.#usedShare() >= 0.5;
  }

  /** Fetches nothing of these lanes any more. */
  pauseLanes(paused: ReadonlySet<Lane>, partitions: readonly OwnedPartition[]): void {
    this.#paused = paused;
    for (const partition of partitions) this.apply(partition);
    this.update(partitions);
  }

  /** Fetches nothing any more. */
  close(partitions: readonly OwnedPartition[]): void {
    this.#isClosed = true;
    for (const partition of partitions) this.apply(partition);
  }

  /**
   * Pauses or resumes a partition. Where its position is not known yet only a fetch can tell it, and commits wait for
   * that. Behind a record of a retry topic that is not due, everything is due even later.
   */
  apply(partition: OwnedPartition): void {
    if (!partition.isOpen) return;
    const isPaused = this.#isPaused(partition.at.topic);
    const isHeld = (this.#isFull || this.#isClosed || isPaused) && partition.knowsItsPosition;
    if (isHeld || this.#table.hasNotDue(partition.at)) partition.pauseFetching();
    else partition.resumeFetching();
  }

  /** A retry topic has records of every lane. */
  #isPaused(topic: string): boolean {
    const lane = laneOfTopic(topic);
    return lane === undefined ? this.#paused.size === lanes.length : this.#paused.has(lane);
  }

  /** How much of the look-ahead is used; 1: all of it. */
  #usedShare(): number {
    const { records, bytes } = this.#table.load();
    const paused = this.#table.bufferedIn(this.#paused);
    return Math.max(
      (records - paused.records) / this.#maxRecords,
      (bytes - paused.bytes) / this.#maxBytes,
      records / (this.#maxRecords * lanes.length),
      bytes / (this.#maxBytes * lanes.length),
    );
  }
}
