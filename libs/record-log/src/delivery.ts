import { isLane, type Lane, type SourcePosition } from '@docfleet/domain';
import type { LogRecord } from './record-log.ts';

/** Names of the headers that the runtime writes and reads. */
export const headerNames = {
  attempt: 'docfleet-attempt',
  lane: 'docfleet-lane',
  stage: 'docfleet-stage',
  code: 'docfleet-failure-code',
  origin: 'docfleet-origin',
  accepted: 'docfleet-accepted',
  dueAt: 'docfleet-due-at',
  traceparent: 'traceparent',
} as const;

/** Name of the header with the tenant of a record; for tools and operators, the runtime does not read it. */
export const tenantHeader = 'docfleet-tenant';

/** Position and time of a record. */
export interface RecordSource extends SourcePosition {
  readonly timestampMs: number;
  readonly clusterId: string;
  /** The revision of a redriven submission; absent for the first revision. */
  readonly redrive?: Redrive;
}

/** The redrive of a dead letter of an accepted run. */
export interface Redrive {
  readonly revision: number;
  /** Start of the revision, in milliseconds since the epoch. */
  readonly at: number;
}

/** How a record was delivered: directly, or through retry topics, which keep its origin. */
export interface Delivery {
  readonly attempt: number;
  readonly lane: Lane | null;
  /** Earliest time of its execution, in milliseconds since the epoch. */
  readonly dueAtMs: number;
  /** First position of the record: ids derived from a position are the same for every retry. */
  readonly origin: RecordSource;
  /** Whether an earlier attempt, or revision, has claimed the run: a failure then ends the run. */
  readonly accepted: boolean;
  readonly traceparent: string | null;
}

/**
 * Reads the runtime's headers, from retry topics only: in a record that a tenant may have written they are ignored,
 * because an origin selects a run and a due time delays a record.
 */
export function readDelivery(record: LogRecord, clusterId: string, isRetry: boolean): Delivery {
  const headers = isRetry ? record.headers : {};
  const lane = headers[headerNames.lane];
  return {
    attempt: wholeNumber(headers[headerNames.attempt]) ?? 1,
    lane: isLane(lane) ? lane : null,
    dueAtMs: wholeNumber(headers[headerNames.dueAt]) ?? 0,
    origin: readOrigin(headers[headerNames.origin], clusterId) ?? {
      topic: record.topic,
      partition: record.partition,
      offset: record.offset.toString(),
      timestampMs: record.timestampMs,
      clusterId,
    },
    accepted: headers[headerNames.accepted] === 'true',
    traceparent: record.headers[headerNames.traceparent] ?? null,
  };
}

/** The origin as a header: topic, partition, offset and timestamp; revision and time of a redrive. */
export function writeOrigin(origin: RecordSource): string {
  const { topic, partition, offset, timestampMs, redrive } = origin;
  const position = [topic, String(partition), offset, String(timestampMs)];
  return [...position, ...(redrive === undefined ? [] : [String(redrive.revision), String(redrive.at)])].join(
    ' ',
  );
}

function readOrigin(text: string | undefined, clusterId: string): RecordSource | undefined {
  const match = /^(\S+) (\d+) (\d+) (\d+)(?: (\d{1,9}) (\d{1,15}))?$/.exec(text ?? '');
  const [, topic, partition, offset, timestamp, revision, at] = match ?? [];
  if (topic === undefined || partition === undefined || offset === undefined || timestamp === undefined)
    return undefined;
  const source = { topic, partition: Number(partition), offset, timestampMs: Number(timestamp), clusterId };
  if (revision === undefined || at === undefined) return source;
  return { ...source, redrive: { revision: Number(revision), at: Number(at) } };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
