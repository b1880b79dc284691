import { v5 as uuidv5 } from 'uuid';
import type { TopicPartition } from './topic-partition.ts';

/** Namespace of every id that docfleet derives (a random UUID, fixed: changing it changes every runId). */
const namespace = '6a1d4c0e-5b0f-4a67-9d0a-6f1f2f6f7c11';

const derive = (kind: string, ...parts: readonly (string | number)[]): string =>
  uuidv5(JSON.stringify([kind, ...parts]), namespace);

/** Position of a record in a log. `offset` is a decimal string, as on the wire. */
export interface SourcePosition extends TopicPartition {
  readonly offset: string;
}

/** The run of a submission with a requestId: the same (tenant, requestId) is always the same run. */
export function runIdOf(tenantId: string, requestId: string): string {
  return derive('run', tenantId, requestId);
}

/** The run of a record without a requestId, derived from its position in the log. */
export function runIdOfPosition(clusterId: string, at: SourcePosition, timestamp: string): string {
  return derive('run-at', clusterId, at.topic, at.partition, at.offset, timestamp);
}

/** Id under which a record that was never accepted is reported on `documents.rejected`. */
export function rejectionIdOf(clusterId: string, at: SourcePosition): string {
  return derive('rejected', clusterId, at.topic, at.partition, at.offset);
}

/** Id of the ending that a stage gives a run: the same source record always gives the same id. */
export function outcomeIdOf(runId: string, revision: number, group: string, source: SourcePosition): string {
  return derive('outcome', runId, revision, group, source.topic, source.partition, source.offset);
}

/** Id of the ending by cancellation or expiry; repeated orders give the same id. */
export function outcomeIdOfOrder(runId: string, revision: number, order: 'cancelled' | 'expired'): string {
  return derive('outcome', runId, revision, order);
}

/** The W3C trace of a run: one trace per document, found from the runId alone (32 hex digits). */
export function traceIdOf(runId: string): string {
  return runId.replaceAll('-', '').toLowerCase();
}
