import {
  taskStages,
  type RecordCodec,
  type TaskStage,
  type TopicName,
  type NewDeadLetter,
  type RunEvent,
} from '@docfleet/contracts';
import { runIdOf, runIdOfSubmission, headerNames, readDelivery, shownIdentifier } from '@docfleet/domain';
import type { LogRecord } from '@docfleet/record-log';
import type { DecodedRecord } from '../core/decoded-record.ts';
import type { Fact } from '../core/projection.ts';

/** Dead-letter topics, each with its stage. */
const deadLetterTopics = new Map<TopicName, 'preprocess' | TaskStage>(
  (['preprocess', ...taskStages] as const).map((stage) => [`${stage}.dead-letter`, stage]),
);

/** The topics the ledger reads, each assigned on its own, because their partitions do not correspond. */
export const ledgerTopics: readonly (readonly [TopicName])[] = [
  ['documents.events'],
  ['documents.completed'],
  ['documents.failed'],
  ['documents.rejected'],
  ...[...deadLetterTopics.keys()].map((topic): [TopicName] => [topic]),
];

/** Decodes a record of `ledgerTopics`. @throws FailureError `RECORD_UNDECODABLE`, `REGISTRY_UNAVAILABLE` */
export async function decodeRecord(
  codec: RecordCodec,
  record: LogRecord,
  /** Of the Kafka cluster: part of the id of a run without a requestId. */
  clusterId: string,
): Promise<DecodedRecord> {
  const bytes = record.value ?? Buffer.alloc(0);
  switch (record.topic) {
    case 'documents.completed':
      return { fact: { kind: 'completed', end: await codec.decode(record.topic, bytes) } };
    case 'documents.failed':
      return { fact: { kind: 'failed', end: await codec.decode(record.topic, bytes) } };
    case 'documents.rejected':
      return { fact: rejectionOf(await codec.decode(record.topic, bytes)) };
    case 'documents.events': {
      const fact = { kind: 'event', event: await codec.decode(record.topic, bytes) } as const;
      return { fact, history: historyOf(record, fact) };
    }
    default:
      return { deadLetter: await deadLetterOf(codec, record, clusterId) };
  }
}

/**
 * A rejection concerns a run only where it names one. A record whose tenant was not verified must not change that
 * tenant's runs, and one that was refused for its identifiers may show them escaped, as another's are written.
 */
function rejectionOf(
  rejection: Extract<Fact, { kind: 'rejected' }>['rejection'],
): Extract<Fact, { kind: 'rejected' }> | undefined {
  const { tenantId, requestId, code } = rejection;
  if (tenantId === null || requestId === null || namesNoRun.has(code)) return undefined;
  return { kind: 'rejected', runId: runIdOf(tenantId, requestId), rejection };
}

/** Codes of rejections whose tenant or requestId may not be the one that they name. */
const namesNoRun: ReadonlySet<string> = new Set(['TENANT_UNVERIFIED', 'INVALID_SUBMISSION']);

/** A stage's event as an entry of the run's history. */
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

const maxCodeLength = 64;

async function deadLetterOf(
  codec: RecordCodec,
  record: LogRecord,
  clusterId: string,
): Promise<NewDeadLetter | undefined> {
  const stage = deadLetterTopics.get(record.topic as TopicName);
  if (stage === undefined) return undefined;
  const delivery = readDelivery(record, clusterId, true);
  const letter = {
    stage,
    partition: record.partition,
    offset: record.offset,
    lane: delivery.lane,
    code: shownIdentifier(record.headers[headerNames.code] ?? 'INTERNAL_ERROR', maxCodeLength),
    attempt: delivery.attempt,
    at: record.timestampMs,
  };
  // A record that ended here because it could not be decoded is listed without its run.
  if (letter.code === 'RECORD_UNDECODABLE') {
    return { ...letter, tenantId: null, runId: null, requestId: null, revision: null };
  }
  const bytes = record.value ?? Buffer.alloc(0);
  if (stage === 'preprocess') {
    const { tenantId, requestId } = await codec.decode('preprocess.dead-letter', bytes);
    const { origin } = delivery;
    const runId = runIdOfSubmission({ tenantId, requestId }, origin);
    return { ...letter, tenantId, runId, requestId, revision: origin.redrive?.revision ?? 1 };
  }
  const { context } = await codec.decode(`${stage}.dead-letter`, bytes);
  const { tenantId, runId, requestId, revision, lane } = context;
  return { ...letter, tenantId, runId, requestId, revision, lane };
}
