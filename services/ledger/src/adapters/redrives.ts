import type { RecordCodec, SetAsideRecord } from '@docfleet/contracts';
import { refusalOf, type SetAsideRecords } from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import type { LogRecord, RecordLog } from '@docfleet/record-log';
import type { Log } from '@docfleet/telemetry';
import type { DecodedEntry, DecodedRecord, RecordRefusal } from '../core/decoded-record.ts';
import { reducedForms, requireReadableTimes } from '../core/reduced-forms.ts';
import { decodeEntry } from './decode-entry.ts';
import type { ReadModelWriter } from './read-model-writer.ts';

export interface RedriveOptions {
  readonly records: Pick<SetAsideRecords, 'asked' | 'noteRefused'>;
  readonly recordLog: Pick<RecordLog, 'readRange' | 'clusterId'>;
  readonly codec: RecordCodec;
  readonly writer: Pick<ReadModelWriter, 'redrive'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly onDoubled: (runIds: readonly string[]) => void;
}

/** Time the broker has to return a record, in milliseconds. */
const readTimeoutMs = 10_000;

/** Rows read from the database at a time. */
const pageSize = 100;

const gone: RecordRefusal = {
  cause: 'RECORD_GONE',
  message: 'The record is no longer in its topic: its retention is over.',
};

/**
 * Reads the records again whose redrive is asked for, and stores them as if they had just been read. A record that
 * is refused again stays set aside, with the cause. Gives the number of records that were stored.
 */
export function createRedrives(options: RedriveOptions): () => Promise<number> {
  return async () => {
    let stored = 0;
    let after = '';
    for (;;) {
      const rows = await options.records.asked(after, pageSize);
      for (const row of rows) {
        try {
          if (await redrive(row, options)) stored += 1;
        } catch (error) {
          options.log.error('Record set aside could not be redriven; trying again', error, factsOf(row));
        }
      }
      after = rows.at(-1)?.id ?? '';
      if (rows.length < pageSize) return stored;
    }
  };
}

async function redrive(row: SetAsideRecord, options: RedriveOptions): Promise<boolean> {
  const { records, clock, log } = options;
  const record = await readRecord(row, options);
  const entry = record && (await decode(record, options));
  const refused =
    entry === undefined ? gone : (entry.setAside ?? (await storeFirstForm(row.id, entry, options)));
  if (refused === undefined) {
    log.info('Record set aside is stored in the read model', factsOf(row));
    return true;
  }
  const { cause, message } = refused;
  await records.noteRefused(row.id, { cause, message, at: clock.now() });
  log.error('Record set aside was refused again and stays set aside', undefined, {
    ...factsOf(row),
    cause,
    reason: message,
  });
  return false;
}

/** Stores a record in the first form that is accepted; else gives why the last one was refused. */
async function storeFirstForm(
  id: string,
  entry: DecodedRecord,
  options: Pick<RedriveOptions, 'writer' | 'onDoubled'>,
): Promise<RecordRefusal | undefined> {
  let refused = await store(id, entry, options);
  if (refused === undefined) return undefined;
  for (const form of reducedForms(entry, refused)) {
    refused = await store(id, form, options);
    if (refused === undefined) return undefined;
  }
  return refused;
}

async function store(
  id: string,
  entry: DecodedRecord,
  { writer, onDoubled }: Pick<RedriveOptions, 'writer' | 'onDoubled'>,
): Promise<RecordRefusal | undefined> {
  try {
    requireReadableTimes(entry);
    const folded = await writer.redrive(id, entry);
    if (folded !== undefined && folded.doubled.length > 0) onDoubled(folded.doubled);
    return undefined;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return refusal;
  }
}

async function readRecord(
  { topic, partition, offset }: SetAsideRecord,
  { recordLog }: RedriveOptions,
): Promise<LogRecord | undefined> {
  const range = { at: { topic, partition }, from: offset, to: offset + 1n };
  const [record] = await recordLog.readRange({ ...range, signal: AbortSignal.timeout(readTimeoutMs) });
  return record;
}

async function decode(record: LogRecord, { codec, recordLog, clock }: RedriveOptions): Promise<DecodedEntry> {
  return decodeEntry(record, { codec, clusterId: await recordLog.clusterId(), nowMs: clock.now() });
}

function factsOf({ topic, partition, offset, runId }: SetAsideRecord) {
  return { topic, partition, offset: String(offset), runId: runId ?? undefined };
}
