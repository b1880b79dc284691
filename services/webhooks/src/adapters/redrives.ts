import type { RecordCodec, SetAsideRecord } from '@docfleet/contracts';
import { refusalOf, type Refusal, type SetAsideRecords } from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import type { RecordLog } from '@docfleet/record-log';
import type { Log } from '@docfleet/telemetry';
import type { DeliveryWriter } from './delivery-writer.ts';
import { readEvent } from './read-endings.ts';

/** Time the broker has to return a record, in milliseconds. */
const readTimeoutMs = 10_000;

/** Rows read from the database at a time. */
const pageSize = 100;

const gone: Refusal = {
  cause: 'RECORD_GONE',
  message: 'The record is no longer in its topic: its retention is over.',
};

export interface RedriveOptions {
  readonly records: Pick<SetAsideRecords, 'asked' | 'noteRefused'>;
  readonly recordLog: Pick<RecordLog, 'readRange'>;
  readonly codec: RecordCodec;
  readonly writer: Pick<DeliveryWriter, 'redrive'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Reads the records again whose redrive is asked for. One that is refused again stays set aside. */
export function createRedrives(options: RedriveOptions): () => Promise<void> {
  const { records, clock, log } = options;
  return async () => {
    let after = '';
    for (;;) {
      const rows = await records.asked(after, pageSize);
      for (const row of rows) {
        const { topic, partition, offset, runId } = row;
        const facts = { topic, partition, offset: String(offset), runId: runId ?? undefined };
        try {
          const refusal = await redrive(row, options);
          if (refusal === undefined) {
            log.info('Record set aside is stored as deliveries', facts);
            continue;
          }
          const { cause, message } = refusal;
          await records.noteRefused(row.id, { cause, message, at: clock.now() });
          log.error('Record set aside was refused again', undefined, { ...facts, cause, reason: message });
        } catch (error) {
          log.error('Record set aside could not be redriven; trying again', error, facts);
        }
      }
      after = rows.at(-1)?.id ?? '';
      if (rows.length < pageSize) return;
    }
  };
}

async function redrive(
  { id, topic, partition, offset }: SetAsideRecord,
  { recordLog, codec, writer, clock }: RedriveOptions,
): Promise<Refusal | undefined> {
  const range = { at: { topic, partition }, from: offset, to: offset + 1n };
  const [record] = await recordLog.readRange({ ...range, signal: AbortSignal.timeout(readTimeoutMs) });
  if (record === undefined) return gone;
  const read = await readEvent(codec, record);
  if ('refusal' in read) return read.refusal;
  try {
    await writer.redrive(id, read.event, clock.now());
    return undefined;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return refusal;
  }
}
