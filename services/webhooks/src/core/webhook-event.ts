import type { DocumentCompleted, DocumentFailed } from '@docfleet/contracts';
import { isoOf } from '@docfleet/domain';

/** Something that happened to a run or a batch of a tenant. */
export interface WebhookEvent {
  /** Deliveries of an event have ids derived from it. */
  readonly eventId: string;
  readonly tenantId: string;
  /** `<kind>.<what happened>`. */
  readonly type: string;
  /** The run or the batch. */
  readonly subject: string;
  /** Events of one subject are sent in this order. */
  readonly position: bigint;
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** The message. */
  readonly body: string;
  /** Where this event goes besides the endpoints. */
  readonly callbackUrl: string | null;
}

/** The end of a run. Cancelled and expired ones have failed, with their status. No content of the document. */
export function eventOfEnd(end: DocumentCompleted | DocumentFailed): WebhookEvent {
  const { outcomeId, tenantId, runId, revision, status, endedAt, callbackUrl } = end;
  const completed = 'verdict' in end ? end : undefined;
  const failed = 'failure' in end ? end : undefined;
  const type = completed === undefined ? 'document.failed' : 'document.completed';
  const job = `/v1/jobs/${encodeURIComponent(runId)}`;
  return {
    eventId: outcomeId,
    tenantId,
    type,
    subject: runId,
    position: BigInt(revision),
    at: endedAt,
    body: bodyOf(type, endedAt, {
      tenantId,
      runId,
      revision,
      outcomeId,
      supersedes: end.supersedes,
      requestId: end.requestId,
      documentId: end.documentId,
      status,
      verdict: completed?.verdict ?? null,
      pageCount: completed?.pageCount ?? null,
      failure: failed === undefined ? null : { code: failed.failure.code, message: failed.failure.message },
      acceptedAt: isoOf(end.acceptedAt),
      endedAt: isoOf(endedAt),
      links: { job, artifacts: `${job}/artifacts` },
    }),
    callbackUrl,
  };
}

/** What another service has written about something of a tenant, such as the end of a batch. */
export function eventOfTenant(event: {
  readonly id: bigint;
  readonly tenantId: string;
  readonly type: string;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: number;
}): WebhookEvent {
  const { id, tenantId, type, subject, data, at } = event;
  return {
    eventId: `tenant-event/${id}`,
    tenantId,
    type,
    subject,
    position: id,
    at,
    body: bodyOf(type, at, { tenantId, ...data }),
    callbackUrl: null,
  };
}

function bodyOf(type: string, at: number, data: object): string {
  return JSON.stringify({ type, timestamp: isoOf(at), data });
}
