import type { LogRecord } from '@docfleet/record-log';
import type { Entry, PartitionLog } from './partition-log.ts';
import type { TransactionState } from './transaction-state.ts';

/** One offset of a log, whether readers see it or not. */
export interface DumpedEntry {
  readonly partition: number;
  readonly offset: bigint;
  /** `removed`: compaction has removed the record. */
  readonly kind: 'record' | 'marker' | 'removed';
  /** Records outside a transaction are committed. */
  readonly state: TransactionState;
  /** Transactional id of the writer; null outside a transaction. */
  readonly producer: string | null;
  readonly record: LogRecord | null;
}

/** All entries of a topic, by partition and offset. */
export function dumpLogs(logs: readonly PartitionLog[]): DumpedEntry[] {
  return logs.flatMap((log) =>
    log.entries.map((entry, offset) => dumpEntry(log.at.partition, offset, entry)),
  );
}

function dumpEntry(partition: number, offset: number, entry: Entry): DumpedEntry {
  return {
    partition,
    offset: BigInt(offset),
    kind: entry.kind === 'record' && entry.record === null ? 'removed' : entry.kind,
    state: entry.transaction?.state ?? 'committed',
    producer: entry.transaction?.producer ?? null,
    record: entry.record,
  };
}
