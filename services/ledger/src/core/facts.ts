import { taskStages, type RecordCodec, type TaskStage, type TopicName } from '@docfleet/contracts';
import type { NewDeadLetter, RunEvent } from '@docfleet/database';
import { runIdOf, runIdOfPosition } from '@docfleet/domain';
import { headerNames, type LogRecord, readDelivery } from '@docfleet/record-log';
import type { Fact } from './projection.ts';

/** Topics of dead letters with the stage that gave the records up. */
const deadLetterTopics = new Map<TopicName, 'preprocess' | TaskStage>(
  (['preprocess', ...taskStages] as const).map((stage) => [`${stage}.dead-letter`, stage]),
);

/** The topics the ledger reads, each assigned on its own: their partitions do not match. */
export const ledgerTopics: readonly (readonly [TopicName])[] = [
  ['documents.events'],
  ['documents.completed'],
  ['documents.failed'],
  ['documents.rejected'],
  ...[...deadLetterTopics.keys()].map((topic): [TopicName] => [topic]),
];

/** What one record says: something about a run, a line of its history, a dead letter. */
export interface Told {
  readonly fact: Fact | undefined;
  readonly history: RunEvent | undefined;
  readonly deadLetter: NewDeadLetter | undefined;
}

export const nothing: Told = { fact: undefined, history: undefined, deadLetter: undefined };

/** @throws FailureError `RECORD_UNDECODABLE`, `REGISTRY_UNAVAILABLE` */
export async function readRecord(
  codec: RecordCodec,
  record: LogRecord,
  /** Of the log: part of the name of a run without a requestId. */
  clusterId: string,
): Promise<Told> {
  const bytes = record.value ?? Buffer.alloc(0);
  switch (record.topic) {
    case 'documents.completed':
      return { ...nothing, fact: { kind: 'completed', end: await codec.decode(record.topic, bytes) } };
    case 'documents.failed':
      return { ...nothing, fact: { kind: 'failed', end: await codec.decode(record.topic, bytes) } };
    case 'documents.rejected':
      return { ...nothing, fact: rejectionOf(await codec.decode(record.topic, bytes)) };
    case 'documents.events': {
      const fact = { kind: 'event', event: await codec.decode(record.topic, bytes) } as const;
      return { ...nothing, fact, history: historyOf(record, fact) };
    }
    default:
      return { ...nothing, deadLetter: await deadLetterOf(codec, record, clusterId) };
  }
}

/**
 * A rejection says something about a run only where it names one; whoever could not prove to be that tenant says
 * nothing about the tenant's runs.
 */
function rejectionOf(
  rejection: Extract<Fact, { kind: 'rejected' }>['rejection'],
): Extract<Fact, { kind: 'rejected' }> | undefined {
  const { tenantId, requestId, code } = rejection;
  if (tenantId === null || requestId === null || code === 'TENANT_UNVERIFIED') return undefined;
  return { kind: 'rejected', runId: runIdOf(tenantId, requestId), rejection };
}

/** A stage's event as the history keeps it. */
function historyOf(record: LogRecord, { event }: Extract<Fact, { kind: 'event' }>): RunEvent {
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

async function deadLetterOf(
  codec: RecordCodec,
  record: LogRecord,
  clusterId: string,
): Promise<NewDeadLetter | undefined> {
  const stage = deadLetterTopics.get(record.topic as TopicName);
  if (stage === undefined) return undefined;
  const delivery = readDelivery(record, clusterId, true);
  const place = {
    stage,
    partition: record.partition,
    offset: record.offset,
    lane: delivery.lane,
    code: record.headers[headerNames.code] ?? 'INTERNAL_ERROR',
    attempt: delivery.attempt,
    at: record.timestampMs,
  };
  // Undecodable is what such a record may have been given up for: it is listed without its run.
  if (place.code === 'RECORD_UNDECODABLE') {
    return { ...place, tenantId: null, runId: null, requestId: null, revision: null };
  }
  const bytes = record.value ?? Buffer.alloc(0);
  if (stage === 'preprocess') {
    const { tenantId, requestId } = await codec.decode('preprocess.dead-letter', bytes);
    const { origin } = delivery;
    const runId =
      requestId === null
        ? runIdOfPosition(clusterId, origin, String(origin.timestampMs))
        : runIdOf(tenantId, requestId);
    return { ...place, tenantId, runId, requestId, revision: origin.redrive?.revision ?? 1 };
  }
  const { context } = await codec.decode(`${stage}.dead-letter`, bytes);
  const { tenantId, runId, requestId, revision, lane } = context;
  return { ...place, tenantId, runId, requestId, revision, lane };
}
