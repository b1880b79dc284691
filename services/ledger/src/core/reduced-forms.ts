import type {
  DocumentCompleted,
  DocumentFailed,
  NewDeadLetter,
  RunEvent,
  StageEvent,
} from '@docfleet/contracts';
import { clampTime, cleanText, isIdentifier, isTime, shownIdentifier } from '@docfleet/domain';
import type { DecodedRecord, RecordRefusal } from './decoded-record.ts';
import type { Fact } from './projection.ts';

/**
 * Reduced forms of a record that was refused, fullest first: free text cleaned, what is no identifier escaped or left
 * out, times within the years 1970 to 9999; then, of a completed run, without its documents, which the bundle has. How
 * the run stands is the same in all of them, so a run that cannot be stored as it is still ends, and is counted.
 */
export function reducedForms(record: DecodedRecord, reducedBy: RecordRefusal): readonly DecodedRecord[] {
  const { fact, history, deadLetter } = record;
  const cleaned: DecodedRecord = {
    fact: fact && cleanedFact(fact),
    history: history && cleanedHistory(history),
    deadLetter: deadLetter && cleanedDeadLetter(deadLetter),
    reducedBy,
  };
  if (cleaned.fact?.kind !== 'completed') return [cleaned];
  const end = { ...cleaned.fact.end, documents: [], fieldsOmitted: true };
  return [cleaned, { ...cleaned, fact: { kind: 'completed', end } }];
}

/**
 * The database takes times that no client can read, and every list with such a run would fail.
 *
 * @throws RangeError for a record with one: a refusal, so that it is stored in a reduced form
 */
export function requireReadableTimes(record: DecodedRecord): void {
  if (!timesOf(record).every(isTime)) throw new RangeError('a time outside the years 1970 to 9999');
}

function timesOf({ fact, history, deadLetter }: DecodedRecord): readonly number[] {
  const others = [history, deadLetter].flatMap((each) => (each === undefined ? [] : [each.at]));
  switch (fact?.kind) {
    case undefined:
      return others;
    case 'event':
      return [fact.event.at, fact.event.acceptedAt, fact.event.expiresAt, ...others];
    case 'completed':
    case 'failed':
      return [fact.end.acceptedAt, fact.end.endedAt, ...others];
    case 'rejected':
      return [fact.rejection.at, ...others];
  }
}

function cleanedFact(fact: Fact): Fact {
  switch (fact.kind) {
    case 'event':
      return { kind: 'event', event: cleanedEvent(fact.event) };
    case 'completed':
      return { kind: 'completed', end: cleanedEnd(fact.end) };
    case 'failed':
      return { kind: 'failed', end: cleanedEnd(fact.end) };
    case 'rejected':
      return { ...fact, rejection: { ...cleaned(fact.rejection), at: clampTime(fact.rejection.at) } };
  }
}

function cleanedEvent(event: StageEvent): StageEvent {
  const { at, acceptedAt, expiresAt } = event;
  return {
    ...cleaned(event),
    ...idsOf(event),
    at: clampTime(at),
    acceptedAt: clampTime(acceptedAt),
    expiresAt: clampTime(expiresAt),
  };
}

function cleanedEnd<End extends DocumentCompleted | DocumentFailed>(end: End): End {
  const { acceptedAt, endedAt } = end;
  return { ...cleaned(end), ...idsOf(end), acceptedAt: clampTime(acceptedAt), endedAt: clampTime(endedAt) };
}

function cleanedHistory(event: RunEvent): RunEvent {
  const { runId, tenantId, at } = event;
  return { ...cleaned(event), runId, tenantId: shownIdentifier(tenantId), at: clampTime(at) };
}

function cleanedDeadLetter(letter: NewDeadLetter): NewDeadLetter {
  const { tenantId, runId, requestId, at } = letter;
  return {
    ...cleaned(letter),
    tenantId: tenantId === null ? null : shownIdentifier(tenantId),
    runId,
    requestId: orNull(requestId),
    at: clampTime(at),
  };
}

/** Ids that are none: the tenant's is needed and escaped; the others are left out, because an escape may be another's id. */
function idsOf(of: {
  readonly runId: string;
  readonly tenantId: string;
  readonly requestId: string | null;
  readonly documentId: string | null;
  readonly callbackUrl: string | null;
}) {
  return {
    runId: of.runId,
    tenantId: shownIdentifier(of.tenantId),
    requestId: orNull(of.requestId),
    documentId: orNull(of.documentId),
    callbackUrl: orNull(of.callbackUrl, maxUrlLength),
  };
}

const maxUrlLength = 2_048;

function orNull(text: string | null, maxLength?: number): string | null {
  return text !== null && isIdentifier(text, maxLength) ? text : null;
}

/** A value with every text in it cleaned. */
function cleaned<T>(value: T): T {
  return cleanedValue(value) as T;
}

function cleanedValue(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanedValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cleanedValue(inner)]));
}
