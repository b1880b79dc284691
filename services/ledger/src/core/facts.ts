import type { RecordCodec, TopicName } from '@docfleet/contracts';
import type { RunEvent } from '@docfleet/database';
import type { LogRecord } from '@docfleet/stage';
import type { Fact } from './projection.ts';

/** The topics the ledger reads. Events and endings are assigned on their own: their partitions do not match. */
export const ledgerTopics = [
  ['documents.events'],
  ['documents.completed'],
  ['documents.failed'],
] as const satisfies readonly (readonly TopicName[])[];

/** @throws FailureError `RECORD_UNDECODABLE`, `REGISTRY_UNAVAILABLE` */
export async function factOf(codec: RecordCodec, record: LogRecord): Promise<Fact> {
  const bytes = record.value ?? Buffer.alloc(0);
  switch (record.topic) {
    case 'documents.completed':
      return { kind: 'completed', end: await codec.decode('documents.completed', bytes) };
    case 'documents.failed':
      return { kind: 'failed', end: await codec.decode('documents.failed', bytes) };
    default:
      return { kind: 'event', event: await codec.decode('documents.events', bytes) };
  }
}

/** A stage's event as the history keeps it. */
export function historyOf(record: LogRecord, { event }: Extract<Fact, { kind: 'event' }>): RunEvent {
  const { runId, tenantId, revision, stage, kind, at, attempt, queuedMs, activeMs, code, detail } = event;
  return {
    partition: record.partition,
    offset: record.offset,
    runId,
    tenantId,
    revision,
    stage,
    kind,
    at,
    detail: { attempt, queuedMs, activeMs, code, reason: detail },
  };
}
