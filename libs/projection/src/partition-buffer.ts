interface Batch {
  readonly records: readonly unknown[];
}

/** Buffered records and bytes of one partition; above either the partition is paused, at half of both it is resumed. */
const maxBufferedRecords = 5_000;
const maxBufferedBytes = 8 * 1024 * 1024;

/** Records and bytes written in one transaction at most, unless a single fetched batch has more. */
const maxRecordsPerWrite = 500;
const maxBytesPerWrite = 4 * 1024 * 1024;

/** Fetched batches of one partition that are not written yet. */
export class PartitionBuffer<B extends Batch> {
  readonly #bytesOf: (record: B['records'][number]) => number;
  readonly #batches: Sized<B>[] = [];
  #records = 0;
  #bytes = 0;

  /** `bytesOf`: the memory that a record takes. */
  constructor(bytesOf: (record: B['records'][number]) => number) {
    this.#bytesOf = bytesOf;
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** Whether nothing more should be fetched. */
  get isFull(): boolean {
    return this.#records > maxBufferedRecords || this.#bytes > maxBufferedBytes;
  }

  /** Whether fetching may go on after it was full. */
  get hasRoom(): boolean {
    return this.#records <= maxBufferedRecords / 2 && this.#bytes <= maxBufferedBytes / 2;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** When the oldest record was fetched, in milliseconds; undefined when it is empty. */
  get oldestAt(): number | undefined {
    return this.#batches[0]?.at;
  }

  add(batch: B, at: number): void {
    const bytes = batch.records.reduce<number>((sum, record) => sum + this.#bytesOf(record), 0);
    this.#batches.push({ batch, at, bytes });
    this.#records += batch.records.length;
    this.#bytes += bytes;
  }

  /** As many of the first batches as fit into one transaction, at least one; empty when there are none. */
  first(): readonly B[] {
    let records = 0;
    let bytes = 0;
    const end = this.#batches.findIndex((sized, index) => {
      records += sized.batch.records.length;
      bytes += sized.bytes;
      return index > 0 && (records > maxRecordsPerWrite || bytes > maxBytesPerWrite);
    });
    return this.#batches.slice(0, end === -1 ? undefined : end).map(({ batch }) => batch);
  }

  /** Removes the first batches. */
  drop(count: number): void {
    for (const { batch, bytes } of this.#batches.splice(0, count)) {
      this.#records -= batch.records.length;
      this.#bytes -= bytes;
    }
  }

  clear(): void {
    this.drop(this.#batches.length);
  }
}

interface Sized<B> {
  readonly batch: B;
  readonly at: number;
  readonly bytes: number;
}
