import type { TopicPartition } from '@docfleet/domain';
import type { LogRecord, OutgoingRecord } from '@docfleet/record-log';
import type { WriterTransaction } from './transaction-state.ts';

/** One offset of a partition: a record, or the control marker that ends a transaction. */
export interface Entry {
  readonly kind: 'record' | 'marker';
  readonly transaction: WriterTransaction | null;
  /** Null for markers and for records that compaction has removed. */
  record: LogRecord | null;
}

export interface LogSlice {
  readonly records: readonly LogRecord[];
  /** Next offset to read, past markers, aborted and removed records. */
  readonly nextOffset: number;
}

/** The log of one partition. Entries are indexed by offset; compaction leaves gaps and moves nothing. */
export class PartitionLog {
  readonly at: TopicPartition;
  readonly #entries: Entry[] = [];
  /** Unfinished transactions with the first offset each has here. */
  readonly #unfinished = new Map<WriterTransaction, number>();
  readonly #watchers = new Set<() => void>();

  constructor(at: TopicPartition) {
    this.at = at;
  }

  /** The high watermark: one past the newest entry. */
  get end(): number {
    return this.#entries.length;
  }

  /** The last stable offset: where the first unfinished transaction begins, else the end. */
  get stable(): number {
    let stable = this.end;
    for (const first of this.#unfinished.values()) stable = Math.min(stable, first);
    return stable;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  append(outgoing: OutgoingRecord, timestampMs: number, transaction: WriterTransaction | null): void {
    const { key, value, headers } = outgoing;
    const offset = BigInt(this.end);
    if (transaction !== null && !this.#unfinished.has(transaction))
      this.#unfinished.set(transaction, this.end);
    const record = { ...this.at, offset, timestampMs, key, value, headers };
    this.#entries.push({ kind: 'record', transaction, record });
    if (this.#unfinished.size === 0) this.#notifyWatchers();
  }

  /** Writes the marker of a transaction that has ended. */
  finish(transaction: WriterTransaction): void {
    this.#unfinished.delete(transaction);
    this.#entries.push({ kind: 'marker', transaction, record: null });
    this.#notifyWatchers();
  }

  /** Committed records from `from` (read_committed), at most `maxRecords`, not past `to`. */
  read(from: number, maxRecords: number, to = this.stable): LogSlice {
    const records: LogRecord[] = [];
    let offset = from;
    for (; offset < to && records.length < maxRecords; offset += 1) {
      const entry = this.#entries[offset];
      const visible = entry?.transaction === null || entry?.transaction.state === 'committed';
      if (visible && entry.record !== null) records.push(entry.record);
    }
    return { records, nextOffset: offset };
  }

  /** Keeps the newest committed record of each key; older ones and aborted ones leave gaps. */
  compact(): void {
    const newest = new Map<string, Entry>();
    for (const entry of this.#entries.slice(0, this.stable)) {
      if (entry.record === null) continue;
      const key = entry.record.key?.toString('hex');
      const dead = entry.transaction?.state === 'aborted';
      const older = key === undefined || dead ? undefined : newest.get(key);
      if (older !== undefined) older.record = null;
      if (dead) entry.record = null;
      else if (key !== undefined) newest.set(key, entry);
    }
  }

  /** Calls `watcher` whenever more records are readable; the returned function stops that. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  #notifyWatchers(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}
