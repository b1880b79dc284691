/** Half-open range of offsets. */
export interface OffsetRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** What to commit for a partition: the next offset to read and, above it, what is finished already. */
export interface WindowPosition {
  readonly offset: bigint;
  /** Ascending, not touching, from `offset` on. Offsets that hold no record may be counted in. */
  readonly finished: readonly OffsetRange[];
}

/**
 * What is known of one partition in one epoch: which records are in flight and which are finished, with gaps allowed.
 *
 * The position to commit never passes a record that is not finished, nor the point to which this owner has fetched:
 * work adopted from an earlier epoch may stand above records that have not been seen again yet. Offsets that no record
 * has (transaction markers, aborted records, compaction) never hold it back.
 */
export class PartitionWindow {
  /** Records in flight, ascending. */
  readonly #open: bigint[] = [];
  readonly #registeredAtMs = new Map<bigint, number>();
  readonly #finished = new Set<bigint>();
  readonly #inherited: readonly OffsetRange[];
  #base: bigint | null;
  #fetchedTo: bigint | null;

  /** `committed` is what the log has, null when the group never committed here; `finished` from its metadata. */
  constructor(committed: bigint | null, finished: readonly OffsetRange[] = []) {
    this.#base = committed;
    this.#fetchedTo = committed;
    this.#inherited = finished;
  }

  /** Records in flight. */
  get openCount(): number {
    return this.#open.length;
  }

  /** Everything below is finished; null while nothing is known. Fetching begins here after a take-over. */
  get base(): bigint | null {
    return this.#base;
  }

  /** Registers a record as in flight. False when it is in flight or finished already: a record is fetched twice, executed once. */
  register(offset: bigint, nowMs: number): boolean {
    if (this.#registeredAtMs.has(offset) || this.isFinished(offset)) return false;
    this.#open.splice(this.#firstOpenAtOrAbove(offset), 0, offset);
    this.#registeredAtMs.set(offset, nowMs);
    return true;
  }

  /** The log has been read up to here: what is below and was not registered holds no record, or a finished one. */
  fetchedTo(next: bigint): void {
    if (this.#fetchedTo === null || next > this.#fetchedTo) this.#fetchedTo = next;
    this.#advance();
  }

  isFinished(offset: bigint): boolean {
    if (this.#base !== null && offset < this.#base) return true;
    return (
      this.#finished.has(offset) || this.#inherited.some((range) => range.from <= offset && offset < range.to)
    );
  }

  /** Marks records as finished, once the transaction that says so has been committed. */
  finish(offsets: readonly bigint[]): void {
    for (const offset of offsets) {
      if (!this.#registeredAtMs.delete(offset)) continue;
      this.#open.splice(this.#firstOpenAtOrAbove(offset), 1);
      this.#finished.add(offset);
    }
    this.#advance();
  }

  /** The lowest record in flight. */
  lowestOpen(): bigint | undefined {
    return this.#open[0];
  }

  /** Milliseconds for which the lowest open record has been in flight; 0 when there is none. */
  ageMs(nowMs: number): number {
    const lowest = this.#open[0];
    return lowest === undefined ? 0 : nowMs - (this.#registeredAtMs.get(lowest) ?? nowMs);
  }

  /** The position once `finishing` are finished too; null before the first fetch where the group never committed. */
  positionWith(finishing: readonly bigint[]): WindowPosition | null {
    const end = this.#fetchedTo;
    if (end === null) return null;
    const leaving = new Set(finishing);
    const open = this.#open.filter((offset) => !leaving.has(offset));
    const offset = lowerOf(open[0], end);
    const done = [...this.#finished, ...leaving].filter((at) => at >= offset);
    const gaps = done.map((at) => (at < end ? gapAround(at, open, end) : { from: at, to: at + 1n }));
    const inherited = this.#inherited.flatMap((range) => this.#widened(range, open, offset));
    return { offset, finished: merged([...gaps, ...inherited]) };
  }

  /** An inherited range without what is below `offset`; where it has been fetched, the whole gap that it lies in. */
  #widened(range: OffsetRange, open: readonly bigint[], offset: bigint): OffsetRange[] {
    const from = range.from > offset ? range.from : offset;
    if (from >= range.to) return [];
    const own = { from, to: range.to };
    const end = this.#fetchedTo;
    return end === null || from >= end ? [own] : [own, gapAround(from, open, end)];
  }

  #firstOpenAtOrAbove(offset: bigint): number {
    return firstAtOrAbove(this.#open, offset);
  }

  /** Moves the base up and forgets what it has passed; never past what has been fetched, whatever was adopted above. */
  #advance(): void {
    if (this.#fetchedTo === null) return;
    const base = lowerOf(this.#open[0], this.#fetchedTo);
    if (base === this.#base) return;
    this.#base = base;
    for (const offset of this.#finished) if (offset < base) this.#finished.delete(offset);
  }
}

function lowerOf(lowestOpen: bigint | undefined, fetchedTo: bigint): bigint {
  return lowestOpen !== undefined && lowestOpen < fetchedTo ? lowestOpen : fetchedTo;
}

/** The range between the open records around a finished one, cut at `end`. */
function gapAround(at: bigint, open: readonly bigint[], end: bigint): OffsetRange {
  const index = firstAtOrAbove(open, at);
  const below = open[index - 1];
  const above = open[index];
  return {
    from: below === undefined ? at : below + 1n,
    to: above === undefined || above > end ? end : above,
  };
}

function firstAtOrAbove(sorted: readonly bigint[], offset: bigint): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0n) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merged(ranges: readonly OffsetRange[]): OffsetRange[] {
  const sorted = [...ranges].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const result: OffsetRange[] = [];
  for (const range of sorted) {
    const last = result.at(-1);
    if (last !== undefined && range.from <= last.to) {
      if (range.to > last.to) result[result.length - 1] = { from: last.from, to: range.to };
    } else {
      result.push(range);
    }
  }
  return result;
}
