import { v5 as uuidv5 } from 'uuid';

/** Namespace of every id that docfleet derives (a random UUID, fixed for ever: changing it changes every runId). */
const namespace = '6a1d4c0e-5b0f-4a67-9d0a-6f1f2f6f7c11';

const derive = (kind: string, ...parts: readonly (string | number)[]): string =>
  uuidv5(JSON.stringify([kind, ...parts]), namespace);

/** Where a record stands in a log. `offset` is a decimal string, as on the wire. */
export interface SourcePosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** Where and when a record was first written. */
export interface RecordSource extends SourcePosition {
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
  readonly clusterId: string;
  /** Set when the record is the redrive of a dead letter; without it the record belongs to revision 1. */
  readonly redrive?: Redrive;
}

/** A dead letter of an accepted run that an operator has redriven. */
export interface Redrive {
  readonly revision: number;
  /** Milliseconds since the epoch: the revision's expiry counts from then. */
  readonly at: number;
}

/** The run of (tenant, requestId): the same pair is always the same run. */
export function runIdOf(tenantId: string, requestId: string): string {
  return derive('run', tenantId, requestId);
}

/** The batch of (tenant, requestId). */
export function batchIdOf(tenantId: string, requestId: string): string {
  return derive('batch', tenantId, requestId);
}

/** The requestId of the run of the n-th file of a batch, from 1. */
export function requestIdOfBatchFile(batchId: string, n: number): string {
  return `batch-${batchId}-${String(n)}`;
}

/**
 * The run of a submission: derived from tenant and requestId or, without a requestId, from where its record was first
 * written. Nothing else counts, so a replay is the same run.
 */
export function runIdOfSubmission(
  { tenantId, requestId }: { readonly tenantId: string; readonly requestId: string | null },
  { clusterId, topic, partition, offset, timestampMs }: RecordSource,
): string {
  if (requestId !== null) return runIdOf(tenantId, requestId);
  return derive('run-at', clusterId, topic, partition, offset, String(timestampMs));
}

/** Id under which a record that was never accepted is reported on `documents.rejected`. */
export function rejectionIdOf(clusterId: string, at: SourcePosition): string {
  return derive('rejected', clusterId, at.topic, at.partition, at.offset);
}

/** A revision of a run, and how often a person has sent it back to a stage. */
export interface RunRound {
  readonly runId: string;
  readonly revision: number;
  readonly round: number;
}

/** Id of the ending a stage gives a run: replaying the same source record names the same ending. */
export function outcomeIdOf(
  { runId, revision, round }: RunRound,
  group: string,
  source: SourcePosition,
): string {
  const begun = round === 0 ? [revision] : [revision, round];
  return derive('outcome', runId, ...begun, group, source.topic, source.partition, source.offset);
}

/** Id of the task of the people who look at a round of a run: it is stored once. */
export function reviewTaskIdOf({ runId, revision, round }: RunRound): string {
  return derive('review-task', runId, revision, round);
}

/** Id of the ending that a person decides; however often the decision is sent, it is one ending. */
export function outcomeIdOfDecision(runId: string, revision: number, decisionId: string): string {
  return derive('outcome', runId, revision, 'decision', decisionId);
}

/** Id of the delivery of an event to a receiver of webhooks: however often the event is read, it is one delivery. */
export function deliveryIdOf(receiver: string, eventId: string): string {
  return derive('delivery', receiver, eventId);
}

/** Id of the ending that a cancel or an expiry gives; however often it is asked for, it is one ending. */
export function outcomeIdOfOrder(runId: string, revision: number, order: 'cancelled' | 'expired'): string {
  return derive('outcome', runId, revision, order);
}

/** The W3C trace of a run: one trace per document, found from the runId alone (32 hex digits). */
export function traceIdOf(runId: string): string {
  return runId.replaceAll('-', '').toLowerCase();
}
