import type { NewSetAsideRecord, RecordCodec } from '@docfleet/contracts';
import { refusalOf, type Refusal } from '@docfleet/database';
import { escapeText, FailureError, isIdentifier, type Clock, type TopicPartition } from '@docfleet/domain';
import { startReader, writeIsolated, type PartResult, type Reader } from '@docfleet/projection';
import type { LogRecord, RecordLog } from '@docfleet/record-log';
import type { Log } from '@docfleet/telemetry';
import { eventOfEnd, type WebhookEvent } from '../core/webhook-event.ts';
import { readerName, type DeliveryWriter, type StoredEntry } from './delivery-writer.ts';

export interface ReadEndingsOptions {
  readonly recordLog: RecordLog;
  readonly codec: RecordCodec;
  readonly writer: DeliveryWriter;
  readonly clock: Clock;
  readonly log: Log;
  /** Called with the records that were set aside. */
  readonly onSetAside: (records: readonly NewSetAsideRecord[]) => void;
  /** Called after deliveries were stored. */
  readonly onStored: () => void;
  readonly onLost: (error: Error) => void;
}

/** Reads how runs end, and stores their deliveries. A record that can never be stored is set aside. */
export function readEndings(options: ReadEndingsOptions): Promise<Reader> {
  const { recordLog, codec, writer, clock, log, onSetAside, onStored, onLost } = options;
  return startReader({
    recordLog,
    group: readerName,
    topics: [['documents.completed'], ['documents.failed']],
    what: 'deliveries',
    nextOffset: (at) => writer.nextOffset(at),
    write: async (at, { entries: records, ...part }): Promise<PartResult> => {
      const entries = await Promise.all(
        records.map(async (record): Promise<StoredEntry> => {
          const { offset } = record;
          const read = await readEvent(codec, record);
          return 'event' in read
            ? { offset, event: read.event }
            : { offset, setAside: setAsideOf(at, record, { ...read.refusal, at: clock.now() }) };
        }),
      );
      const written = await writeIsolated<StoredEntry, PartResult, Refusal>(
        { ...part, entries },
        {
          write: (some) => writer.write(at, some),
          refusalOf,
          formsOf: ({ offset }, refusal) => {
            const record = records.find((each) => each.offset === offset);
            return record === undefined
              ? []
              : [{ offset, setAside: setAsideOf(at, record, { ...refusal, at: clock.now() }) }];
          },
          mayGoOn: ({ kind }) => kind === 'written',
        },
      );
      const moved = written.map(({ result }) => result).find(({ kind }) => kind === 'offset-moved');
      if (moved !== undefined) return moved;
      const aside = written.flatMap(({ entries: stored }) =>
        stored.flatMap(({ setAside }) => setAside ?? []),
      );
      if (aside.length > 0) onSetAside(aside);
      onStored();
      return { kind: 'written' };
    },
    clock,
    log,
    onLost,
  });
}

/**
 * The event of a terminal record, or why it can never be read.
 *
 * @throws FailureError `REGISTRY_UNAVAILABLE`
 */
export async function readEvent(
  codec: RecordCodec,
  { topic, value }: LogRecord,
): Promise<{ readonly event: WebhookEvent } | { readonly refusal: Refusal }> {
  const bytes = value ?? Buffer.alloc(0);
  try {
    return {
      event:
        topic === 'documents.completed'
          ? eventOfEnd(await codec.decode(topic, bytes))
          : eventOfEnd(await codec.decode('documents.failed', bytes)),
    };
  } catch (error) {
    if (error instanceof FailureError && error.code === 'RECORD_UNDECODABLE')
      return { refusal: { cause: error.code, message: escapeText(error.message) } };
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return { refusal };
  }
}

/** Its place, its run as the key names it, and the cause; nothing of its content. */
function setAsideOf(
  { topic, partition }: TopicPartition,
  { offset, key }: LogRecord,
  refusal: Refusal & { readonly at: number },
): NewSetAsideRecord {
  const named = key?.toString() ?? '';
  const runId = isIdentifier(named, 64) ? named : null;
  return { topic, partition, offset, tenantId: null, runId, ...refusal };
}
