import type { LogRecord } from '@docfleet/record-log';
import type { Entry, PartitionLog } from './partition-log.ts';
import type { TransactionState } from './transactions.ts';

/** One offset as a checker sees it, whatever readers may see. */
export interface DumpedEntry {
  readonly partition: number;
  readonly offset: bigint;
  /** `gone`: compaction has removed the record. */
  readonly kind: 'record' | 'marker' | 'gone';
  /** Records outside a transaction are committed. */
  readonly state: TransactionState;
  /** Transactional identity of the writer; null outside a transaction. */
  readonly producer: string | null;
  readonly record: LogRecord | null;
}

/** Everything in a topic, partition by partition, in order of offsets. */
export function dumpLogs(logs: readonly PartitionLog[]): DumpedEntry[] {
  return logs.flatMap((log) =>
    log.entries.map((entry, offset) => dumpEntry(log.at.partition, offset, entry)),
  );
}

function dumpEntry(partition: number, offset: number, entry: Entry): DumpedEntry {
  return {
    partition,
    offset: BigInt(offset),
    kind: entry.kind === 'record' && entry.record === null ? 'gone' : entry.kind,
    state: entry.transaction?.state ?? 'committed',
    producer: entry.transaction?.producer ?? null,
    record: entry.record,
  };
}
