import type { RecordCodec } from '@docfleet/contracts';
import type { Clock } from '@docfleet/domain';
import { startReader as startTableReader, type Reader } from '@docfleet/projection';
import type { RecordLog } from '@docfleet/record-log';
import type { Log } from '@docfleet/telemetry';
import { decodeEntry } from './decode-entry.ts';
import { ledgerTopics } from './decode-record.ts';
import { writeBatch, type ExceptionalRecord } from './isolate-records.ts';
import { consumerName, type ReadModelWriter } from './read-model-writer.ts';

export interface ReaderOptions {
  readonly recordLog: RecordLog;
  readonly codec: RecordCodec;
  readonly writer: ReadModelWriter;
  readonly clock: Clock;
  readonly log: Log;
  /** Called with the records that were not stored as they are. */
  readonly onExceptional: (records: readonly ExceptionalRecord[]) => void;
  /** Called with the runs that have a second terminal event for one revision. */
  readonly onDoubled: (runIds: readonly string[]) => void;
  /** Called when the group membership has ended and cannot be restored. */
  readonly onLost: (error: Error) => void;
}

/** Reads the ledger's topics into the read model until it is closed. */
export async function startReader(options: ReaderOptions): Promise<Reader> {
  const { recordLog, codec, writer, clock, log, onExceptional, onDoubled, onLost } = options;
  const clusterId = await recordLog.clusterId();
  return startTableReader({
    recordLog,
    group: consumerName,
    topics: ledgerTopics,
    what: 'read model',
    nextOffset: (at) => writer.nextOffset(at),
    write: async (at, { entries: records, ...part }) => {
      const source = { codec, clusterId, nowMs: clock.now() };
      const entries = await Promise.all(records.map((record) => decodeEntry(record, source)));
      const result = await writeBatch(writer, { at, part: { ...part, entries }, clock });
      if (result.kind === 'written') {
        if (result.doubled.length > 0) onDoubled(result.doubled);
        if (result.exceptional.length > 0) onExceptional(result.exceptional);
      }
      return result;
    },
    clock,
    log,
    onLost,
  });
}
