import {
  isTaskStage,
  type DeadLetter,
  type RecordCodec,
  type TaskStage,
  type TopicName,
} from '@docfleet/contracts';
import {
  deadLettersIn,
  revisionsIn,
  type Database,
  type DeadLetterFilter,
  type Session,
} from '@docfleet/database';
import { FailureError, headerNames, readDelivery, type Clock } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { LogRecord, OutgoingRecord, RecordLog } from '@docfleet/record-log';
import { traceparentOf, type Log } from '@docfleet/telemetry';
import { findClaim } from './adapters/claims.ts';
import { readDeadLetter } from './adapters/dead-letter-log.ts';
import type { Publisher } from './adapters/publisher.ts';
import {
  redriveEvent,
  redrivenTask,
  requireRun,
  runOfSubmission,
  stageOf,
  submissionTarget,
  type RunDeadLetter,
} from './core/redrive.ts';

export interface DeadLetterServiceOptions {
  readonly database: () => Pick<Database, 'session' | 'transaction'>;
  readonly recordLog: Pick<RecordLog, 'readRange' | 'clusterId'>;
  readonly codec: RecordCodec;
  readonly store: ObjectStore;
  readonly publisher: Pick<Publisher, 'republish'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly region: string;
}

/** A dead letter with the record itself. */
export interface InspectedDeadLetter {
  readonly deadLetter: DeadLetter;
  readonly record: LogRecord;
  readonly origin: ReturnType<typeof readDelivery>['origin'];
  /** Null where the record cannot be decoded. */
  readonly value: unknown;
}

export interface Redriven {
  readonly runId: string;
  readonly revision: number;
  /** True when it had been redriven before. */
  readonly repeated: boolean;
}

/** Lists, shows and redrives dead letters for operators (M-14). */
export interface DeadLetterService {
  list(filter: DeadLetterFilter): Promise<readonly DeadLetter[]>;
  find(id: string): Promise<DeadLetter | undefined>;
  /** Undefined when there is none, or retention has removed its record. */
  inspect(id: string): Promise<InspectedDeadLetter | undefined>;
  /**
   * Starts the next revision of the run from a dead letter. A repeated call returns the same revision.
   *
   * @throws FailureError `NOT_FOUND`, `NOT_REDRIVABLE`, `REVISION_UNFINISHED`, and the `_UNAVAILABLE` codes of the
   *   database, the object store, the broker and the schema registry
   */
  redrive(id: string, by: string): Promise<Redriven>;
}

export function createDeadLetterService(options: DeadLetterServiceOptions): DeadLetterService {
  const { database, recordLog, codec } = options;
  const read = (deadLetter: DeadLetter): Promise<LogRecord | undefined> =>
    readDeadLetter(recordLog, deadLetter);
  return {
    list: (filter) => deadLettersIn(database().session).list(filter),
    find: (id) => deadLettersIn(database().session).find(id),
    inspect: async (id) => {
      const deadLetter = await deadLettersIn(database().session).find(id);
      const record = deadLetter === undefined ? undefined : await read(deadLetter);
      if (deadLetter === undefined || record === undefined) return undefined;
      const { origin } = readDelivery(record, await recordLog.clusterId(), true);
      return { deadLetter, record, origin, value: await decodeOrNull(codec, record) };
    },
    // Under the row's lock the record is published before the redrive is stored. After a crash in between the next call
    // publishes the same revision once more, and the fence lets one of its endings stand.
    redrive: (id, by) =>
      database().transaction(async (session) => {
        const deadLetters = deadLettersIn(session);
        const found = await deadLetters.lock(id);
        if (found === undefined) throw new FailureError('NOT_FOUND');
        const deadLetter = requireRun(found);
        const { runId, tenantId, redrivenAs } = deadLetter;
        if (redrivenAs !== null) return { runId, revision: redrivenAs, repeated: true };
        const record = await read(deadLetter);
        if (record === undefined) throw new FailureError('NOT_FOUND');
        const at = options.clock.now();
        const redriven = await republish(options, { session, deadLetter, record, at, by });
        await deadLetters.noteRedrive(id, { revision: redriven.revision, at, by });
        options.log
          .child({ runId, tenant: tenantId, revision: redriven.revision })
          .info('Dead letter redriven', { deadLetter: id, by });
        return redriven;
      }),
  };
}

interface RedriveRequest {
  readonly session: Session;
  readonly deadLetter: RunDeadLetter;
  readonly record: LogRecord;
  readonly at: number;
  readonly by: string;
}

async function republish(options: DeadLetterServiceOptions, request: RedriveRequest): Promise<Redriven> {
  const stage = stageOf(request.deadLetter);
  if (isTaskStage(stage)) return republishTask(options, request, stage);
  if (stage === 'preprocess') return republishSubmission(options, request);
  throw new FailureError('NOT_REDRIVABLE');
}

async function republishTask(
  options: DeadLetterServiceOptions,
  request: RedriveRequest,
  stage: TaskStage,
): Promise<Redriven> {
  const { deadLetter, record, at } = request;
  const task = await options.codec.decode(`${stage}.dead-letter`, bytesOf(record));
  return beginRevision(request, async () => {
    const { topic, value } = redrivenTask(stage, task, at);
    const event = redriveEvent(deadLetter, task.context, at);
    await options.publisher.republish([
      { ...envelope(deadLetter, topic), value: await options.codec.encode(topic, value) },
      await eventRecord(options, deadLetter, event),
    ]);
  });
}

/**
 * A submission of an accepted run becomes its next revision. One that failed before its claim was never accepted: it is
 * submitted once more, unless another record has claimed the run meanwhile.
 */
async function republishSubmission(
  options: DeadLetterServiceOptions,
  request: RedriveRequest,
): Promise<Redriven> {
  const { codec, recordLog, publisher, region } = options;
  const { deadLetter, record, at } = request;
  const { runId, revision } = deadLetter;
  const task = await codec.decode('preprocess.dead-letter', bytesOf(record));
  const delivery = readDelivery(record, await recordLog.clusterId(), true);
  const submissionAs = (targetRevision: number): OutgoingRecord => {
    const target = submissionTarget(delivery, { revision: targetRevision, at });
    const { headers } = envelope(deadLetter, target.topic);
    const value = bytesOf(record);
    return { topic: target.topic, key: record.key, value, headers: { ...headers, ...target.headers } };
  };
  if (delivery.accepted) {
    return beginRevision(request, async () => {
      const event = redriveEvent(deadLetter, runOfSubmission(task, delivery, region), at);
      await publisher.republish([submissionAs(revision + 1), await eventRecord(options, deadLetter, event)]);
    });
  }
  const claim = await findClaim(options.store, runId, AbortSignal.timeout(claimTimeoutMs));
  const { topic, partition, offset } = delivery.origin;
  const mayClaim =
    claim === undefined ||
    (claim.topic === topic && claim.partition === partition && claim.offset === offset);
  if (!mayClaim) throw new FailureError('NOT_REDRIVABLE');
  await publisher.republish([submissionAs(revision)]);
  return { runId, revision, repeated: false };
}

/** Time the store has to return a claim, in milliseconds. */
const claimTimeoutMs = 10_000;

/** Publishes when this call is the one that begins the next revision. */
async function beginRevision(request: RedriveRequest, publish: () => Promise<void>): Promise<Redriven> {
  const { session, deadLetter, at, by } = request;
  const { runId, tenantId } = deadLetter;
  const revision = deadLetter.revision + 1;
  const begun = await revisionsIn(session).begin({
    runId,
    revision,
    tenantId,
    origin: deadLetter.id,
    createdAt: at,
    createdBy: by,
  });
  switch (begun) {
    case 'unfinished':
      throw new FailureError('REVISION_UNFINISHED');
    case 'existing':
      return { runId, revision, repeated: true };
    case 'begun':
      await publish();
      return { runId, revision, repeated: false };
  }
}

async function eventRecord(
  { codec }: DeadLetterServiceOptions,
  deadLetter: RunDeadLetter,
  event: ReturnType<typeof redriveEvent>,
): Promise<OutgoingRecord> {
  const topic = 'documents.events';
  return { ...envelope(deadLetter, topic), value: await codec.encode(topic, event) };
}

/** Topic, key and headers of a record of the run. */
function envelope(
  { runId, tenantId }: RunDeadLetter,
  topic: TopicName,
): Pick<OutgoingRecord, 'topic' | 'key' | 'headers'> {
  const headers = { [headerNames.traceparent]: traceparentOf(runId), [headerNames.tenant]: tenantId };
  return { topic, key: Buffer.from(runId), headers };
}

async function decodeOrNull(codec: RecordCodec, record: LogRecord): Promise<unknown> {
  try {
    return await codec.decode(record.topic as TopicName, bytesOf(record));
  } catch (error) {
    if (error instanceof FailureError && error.code === 'RECORD_UNDECODABLE') return null;
    throw error;
  }
}

function bytesOf(record: LogRecord): Buffer {
  return record.value ?? Buffer.alloc(0);
}
