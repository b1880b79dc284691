import type { TopicName } from '@docfleet/contracts';
import type { InFlightTable } from './in-flight.ts';
import type { OwnedPartition } from './partition.ts';

/** Fetching resumes when this share of the look-ahead is used at most. */
const resumeShare = 0.8;

/**
 * Backpressure (M-08): while the look-ahead is full nothing more is fetched, so that a backlog stays in the log. One
 * rule says for each partition whether it is fetched from.
 */
export class FetchControl<F extends TopicName> {
  readonly #table: InFlightTable<F>;
  readonly #maxRecords: number;
  readonly #maxBytes: number;
  #isFull = false;
  #isClosed = false;

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
    const { records, bytes } = this.#table.load();
    const wasFull = this.#isFull;
    if (records >= this.#maxRecords || bytes >= this.#maxBytes) this.#isFull = true;
    else if (records < this.#maxRecords * resumeShare && bytes < this.#maxBytes * resumeShare)
      this.#isFull = false;
    if (this.#isFull !== wasFull) for (const partition of partitions) this.apply(partition);
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
    const isHeld = (this.#isFull || this.#isClosed) && partition.knowsItsPosition;
    if (isHeld || this.#table.hasNotDue(partition.at)) partition.pauseFetching();
    else partition.resumeFetching();
  }
}
