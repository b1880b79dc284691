import type { NewSetAsideRecord } from '@docfleet/contracts';
import { isIdentifier, shownIdentifier } from '@docfleet/domain';
import type { DecodedRecord, RecordRefusal } from './decoded-record.ts';

/** Where a record stands, and what its key says. */
export interface RecordPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** The runId, in topics whose records are keyed by it. */
  readonly key: string;
}

/** Topics whose records are keyed by the runId. */
const keyedByRun: ReadonlySet<string> = new Set([
  'documents.events',
  'documents.completed',
  'documents.failed',
]);

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const maxIdLength = 64;

/**
 * The record set aside: its place, run, tenant and cause, and nothing of its content. That a terminal event stands in its
 * topic is certain also when the event cannot be stored, so its outcome counts as published and is not sent again.
 */
export function setAside(
  place: RecordPlace,
  record: DecodedRecord,
  refusal: RecordRefusal & { readonly at: number },
): DecodedRecord {
  const { topic, partition, offset } = place;
  const { tenantId, runId } = namesOf(record);
  const row: NewSetAsideRecord = {
    topic,
    partition,
    offset,
    tenantId: shown(tenantId),
    runId: shown(runId ?? (keyedByRun.has(topic) && uuid.test(place.key) ? place.key : null)),
    ...refusal,
  };
  return { setAside: row, published: publishedBy(record) };
}

function namesOf({ fact, deadLetter }: DecodedRecord): { tenantId: string | null; runId: string | null } {
  switch (fact?.kind) {
    case 'event':
      return fact.event;
    case 'completed':
    case 'failed':
      return fact.end;
    case 'rejected':
      return { tenantId: fact.rejection.tenantId, runId: fact.runId };
    case undefined:
      return deadLetter ?? { tenantId: null, runId: null };
  }
}

function shown(id: string | null): string | null {
  return id === null ? null : shownIdentifier(id, maxIdLength);
}

function publishedBy({ fact }: DecodedRecord): DecodedRecord['published'] {
  if (fact?.kind !== 'completed' && fact?.kind !== 'failed') return undefined;
  const { runId, revision, outcomeId } = fact.end;
  return isIdentifier(runId) && isIdentifier(outcomeId) ? { runId, revision, outcomeId } : undefined;
}
