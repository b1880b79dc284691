import { isTime } from './instant.ts';
import type { RecordSource } from './ids.ts';
import { isLane, type Lane } from './lane.ts';
import type { TopicPartition } from './topic-partition.ts';

/** Names of the record headers that docfleet writes and reads. */
export const headerNames = {
  /** Whose record it is; for people and tools, never trusted. */
  tenant: 'docfleet-tenant',
  /** Proves the tenant of a submission (M-23); `libs/tenant-proof` writes and verifies it. */
  proof: 'docfleet-proof',
  attempt: 'docfleet-attempt',
  lane: 'docfleet-lane',
  stage: 'docfleet-stage',
  code: 'docfleet-failure-code',
  origin: 'docfleet-origin',
  accepted: 'docfleet-accepted',
  dueAt: 'docfleet-due-at',
  /** W3C Trace Context. */
  traceparent: 'traceparent',
} as const;

/** How a record was delivered: directly, or through retry topics that keep its first position. */
export interface Delivery {
  /** From 1. */
  readonly attempt: number;
  readonly lane: Lane | null;
  /** Milliseconds since the epoch before which it must not be processed. */
  readonly dueAtMs: number;
  /** Where the record was first written: ids derived from a position stay the same over retries. */
  readonly origin: RecordSource;
  /** Whether an earlier attempt, or revision, has claimed the run: a failure now ends the run. */
  readonly accepted: boolean;
  readonly traceparent: string | null;
}

/** Attempts that are counted; a header that names more says no more than that all are used up. */
export const maxAttempts = 1_000;

/** The parts of a record that its delivery is read from. */
export interface DeliveredRecord extends TopicPartition {
  readonly offset: bigint;
  /** Milliseconds since the epoch, as the log stamped it. */
  readonly timestampMs: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads docfleet's headers from retry topics and dead letters only (`isRetry`). Headers of other topics are not trusted:
 * tenants may write there, an origin names a run, and a due time delays a record.
 */
export function readDelivery(record: DeliveredRecord, clusterId: string, isRetry: boolean): Delivery {
  const headers = isRetry ? record.headers : {};
  const lane = headers[headerNames.lane];
  return {
    attempt: Math.min(maxAttempts, Math.max(1, wholeNumber(headers[headerNames.attempt]) ?? 1)),
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
    traceparent: traceparentIn(record.headers[headerNames.traceparent]),
  };
}

/** Any producer may write the header, so only what can be one (W3C Trace Context, section 3.2) is passed on. */
function traceparentIn(header: string | undefined): string | null {
  return header !== undefined && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(header)
    ? header
    : null;
}

/** The origin as a header's text: topic, partition, offset and timestamp; revision and time of a redrive. */
export function writeOrigin(origin: RecordSource): string {
  const { topic, partition, offset, timestampMs, redrive } = origin;
  const place = [topic, String(partition), offset, String(timestampMs)];
  return [...place, ...(redrive === undefined ? [] : [String(redrive.revision), String(redrive.at)])].join(
    ' ',
  );
}

/** Undefined for a text that is none, or that names what no record can have: a partition beyond 32 bits, a time beyond the year 9999. */
function readOrigin(text: string | undefined, clusterId: string): RecordSource | undefined {
  const match = /^([\w.-]{1,249}) (\d{1,9}) (\d{1,19}) (\d{1,15})(?: (\d{1,9}) (\d{1,15}))?$/.exec(
    text ?? '',
  );
  const [, topic, partition, offset, timestamp, revision, at] = match ?? [];
  if (topic === undefined || partition === undefined || offset === undefined || timestamp === undefined)
    return undefined;
  const source = { topic, partition: Number(partition), offset, timestampMs: Number(timestamp), clusterId };
  if (!isTime(source.timestampMs)) return undefined;
  if (revision === undefined || at === undefined) return source;
  const redrive = { revision: Number(revision), at: Number(at) };
  return isTime(redrive.at) && redrive.revision > 0 ? { ...source, redrive } : undefined;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
