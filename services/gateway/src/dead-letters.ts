import {
  isTaskStage,
  type DeadLetter,
  type Pool,
  type RecordCodec,
  type TaskStage,
  type TopicName,
  type TopicValues,
} from '@docfleet/contracts';
import {
  deadLettersIn,
  outboxIn,
  revisionsIn,
  type DeadLetterFilter,
  type KeyHolder,
  type NewOutboxRecord,
  type NewRevision,
  type Session,
} from '@docfleet/database';
import type { AsCaller } from './adapters/caller-session.ts';
import { FailureError, headerNames, readDelivery, toFailure, type Clock } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { LogRecord, RecordLog } from '@docfleet/record-log';
import { traceparentOf, type Log } from '@docfleet/telemetry';
import { findClaim } from './adapters/claims.ts';
import { readDeadLetter } from './adapters/dead-letter-log.ts';
import { noteChange } from './audit-note.ts';
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
  readonly asCaller: AsCaller;
  readonly recordLog: Pick<RecordLog, 'readRange' | 'clusterId'>;
  readonly codec: RecordCodec;
  readonly store: ObjectStore;
  /** Called when records wait in the outbox. */
  readonly onOutbox: () => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly region: string;
  /** Time after which the next revision expires, in milliseconds. */
  readonly runExpiryMs: number;
  /** Extraction pools: a redriven task goes to that of its documents' class. */
  readonly pools: readonly Pool[];
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

/** Lists, shows and redrives the dead letters that the caller may see (M-14); others are not found. */
export interface DeadLetterService {
  list(caller: KeyHolder, filter: DeadLetterFilter): Promise<readonly DeadLetter[]>;
  /** Undefined when there is none, or retention has removed its record. */
  inspect(caller: KeyHolder, id: string): Promise<InspectedDeadLetter | undefined>;
  /**
   * Starts the next revision of the run from a dead letter: its records wait in the outbox when it returns, and are sent
   * within seconds. A repeated call returns the same revision. No connection to the database is held while the log or the
   * store is asked.
   *
   * @throws FailureError `NOT_FOUND`, `NOT_REDRIVABLE`, `REVISION_UNFINISHED`, and the `_UNAVAILABLE` codes of the
   *   database, the object store, the broker and the schema registry
   */
  redrive(caller: KeyHolder, id: string): Promise<Redriven>;
}

export function createDeadLetterService(options: DeadLetterServiceOptions): DeadLetterService {
  const { asCaller, recordLog, codec } = options;
  const read = (deadLetter: DeadLetter): Promise<LogRecord | undefined> =>
    readDeadLetter(recordLog, deadLetter);
  return {
    list: (caller, filter) => asCaller(caller, (session) => deadLettersIn(session).list(filter)),
    inspect: async (caller, id) => {
      const deadLetter = await asCaller(caller, (session) => deadLettersIn(session).find(id));
      const record = deadLetter === undefined ? undefined : await read(deadLetter);
      if (deadLetter === undefined || record === undefined) return undefined;
      const { origin } = readDelivery(record, await recordLog.clusterId(), true);
      return { deadLetter, record, origin, value: await decodeOrNull(codec, record) };
    },
    // The log and the store are asked first; then one short transaction makes the redrive and adds its records.
    redrive: async (caller, id) => {
      const found = await asCaller(caller, (session) => deadLettersIn(session).find(id));
      if (found === undefined) throw new FailureError('NOT_FOUND');
      const deadLetter = requireRun(found);
      const { runId, redrivenAs } = deadLetter;
      if (redrivenAs !== null) return { runId, revision: redrivenAs, repeated: true };
      const record = await read(deadLetter);
      if (record === undefined) throw new FailureError('NOT_FOUND');
      const at = options.clock.now();
      const prepared = await prepare(options, { deadLetter, record, at });
      const redriven = await asCaller(caller, (session) =>
        store({ session, caller, deadLetter, prepared, at }),
      );
      if (!redriven.repeated) {
        options.onOutbox();
        options.log
          .child({
            runId,
            requestId: deadLetter.requestId ?? undefined,
            tenant: deadLetter.tenantId,
            revision: redriven.revision,
          })
          .info('Dead letter redriven', { deadLetter: id, by: caller.keyId });
      }
      return redriven;
    },
  };
}

interface RedriveRequest {
  readonly deadLetter: RunDeadLetter;
  readonly record: LogRecord;
  readonly at: number;
}

/** What a redrive writes, before it is known whether it is made. */
interface PreparedRedrive {
  readonly revision: number;
  /** Whether it begins the next revision; else the submission is submitted again. */
  readonly begins: boolean;
  /** In the order of sending. */
  readonly records: readonly NewOutboxRecord[];
}

/**
 * Makes the redrive, once: the dead letter is locked, and read again. A redrive that another call has made meanwhile is
 * returned as repeated.
 *
 * @throws FailureError `NOT_FOUND`, `REVISION_UNFINISHED`
 */
async function store(options: {
  readonly session: Session;
  readonly caller: KeyHolder;
  readonly deadLetter: RunDeadLetter;
  readonly prepared: PreparedRedrive;
  readonly at: number;
}): Promise<Redriven> {
  const { session, caller, deadLetter, prepared, at } = options;
  const { id, runId, tenantId } = deadLetter;
  const { revision, begins, records } = prepared;
  const deadLetters = deadLettersIn(session);
  const locked = await deadLetters.lock(id);
  if (locked === undefined) throw new FailureError('NOT_FOUND');
  if (locked.redrivenAs !== null) return { runId, revision: locked.redrivenAs, repeated: true };
  const by = caller.keyId;
  const repeated = begins && !(await isFirst(session, { runId, revision, tenantId, origin: id, at, by }));
  if (!repeated) await outboxIn(session).add(records, at);
  await deadLetters.noteRedrive(id, { revision, at, by });
  await noteChange(session, caller, at, {
    action: 'dead-letter.redrive',
    tenantId,
    subject: id,
    detail: { runId, revision },
  });
  return { runId, revision, repeated };
}

/** Whether this call is the one that begins the revision. @throws FailureError `REVISION_UNFINISHED` */
async function isFirst(
  session: Session,
  {
    at,
    by,
    ...revision
  }: Omit<NewRevision, 'createdAt' | 'createdBy'> & {
    readonly at: number;
    readonly by: string;
  },
): Promise<boolean> {
  const begun = await revisionsIn(session).begin({ ...revision, createdAt: at, createdBy: by });
  if (begun === 'unfinished') throw new FailureError('REVISION_UNFINISHED');
  return begun === 'begun';
}

async function prepare(options: DeadLetterServiceOptions, request: RedriveRequest): Promise<PreparedRedrive> {
  const stage = stageOf(request.deadLetter);
  if (isTaskStage(stage)) return prepareTask(options, request, stage);
  if (stage === 'preprocess') return prepareSubmission(options, request);
  throw new FailureError('NOT_REDRIVABLE');
}

async function prepareTask(
  options: DeadLetterServiceOptions,
  { deadLetter, record, at }: RedriveRequest,
  stage: TaskStage,
): Promise<PreparedRedrive> {
  const { runExpiryMs, pools } = options;
  const task = await options.codec.decode(`${stage}.dead-letter`, bytesOf(record));
  const { topic, value } = redrivenTask(stage, task, { at, runExpiryMs, pools });
  const event = redriveEvent(deadLetter, task.context, { at, runExpiryMs });
  return {
    revision: deadLetter.revision + 1,
    begins: true,
    records: [
      { ...envelope(deadLetter), topic, bytes: await encode(options.codec, topic, value) },
      await eventRecord(options, deadLetter, event),
    ],
  };
}

/**
 * A submission of an accepted run becomes its next revision. One that failed before its claim was never accepted: it is
 * submitted once more, unless another record has claimed the run meanwhile.
 */
async function prepareSubmission(
  options: DeadLetterServiceOptions,
  { deadLetter, record, at }: RedriveRequest,
): Promise<PreparedRedrive> {
  const { codec, recordLog, region, runExpiryMs } = options;
  const { runId, revision } = deadLetter;
  const task = await codec.decode('preprocess.dead-letter', bytesOf(record));
  const delivery = readDelivery(record, await recordLog.clusterId(), true);
  const submissionAs = (targetRevision: number): NewOutboxRecord => {
    const { topic, headers } = submissionTarget(delivery, { revision: targetRevision, at });
    const common = envelope(deadLetter);
    return { ...common, topic, bytes: bytesOf(record), headers: { ...common.headers, ...headers } };
  };
  if (delivery.accepted) {
    const event = redriveEvent(deadLetter, runOfSubmission(task, delivery, region), { at, runExpiryMs });
    const records = [submissionAs(revision + 1), await eventRecord(options, deadLetter, event)];
    return { revision: revision + 1, begins: true, records };
  }
  const claim = await findClaim(options.store, runId, AbortSignal.timeout(claimTimeoutMs));
  const { topic, partition, offset } = delivery.origin;
  const mayClaim =
    claim === undefined ||
    (claim.topic === topic && claim.partition === partition && claim.offset === offset);
  if (!mayClaim) throw new FailureError('NOT_REDRIVABLE');
  return { revision, begins: false, records: [submissionAs(revision)] };
}

/** Time the store has to return a claim, in milliseconds. */
const claimTimeoutMs = 10_000;

async function eventRecord(
  { codec }: DeadLetterServiceOptions,
  deadLetter: RunDeadLetter,
  event: ReturnType<typeof redriveEvent>,
): Promise<NewOutboxRecord> {
  const topic = 'documents.events';
  return { ...envelope(deadLetter), topic, bytes: await encode(codec, topic, event) };
}

/**
 * A record may hold a number that is decoded and cannot be written: it can never be redriven.
 *
 * @throws FailureError `NOT_REDRIVABLE`, `REGISTRY_UNAVAILABLE`
 */
async function encode<T extends TopicName>(
  codec: RecordCodec,
  topic: T,
  value: TopicValues[T],
): Promise<Buffer> {
  try {
    return await codec.encode(topic, value);
  } catch (cause) {
    if (toFailure(cause).code === 'REGISTRY_UNAVAILABLE') throw cause;
    throw new FailureError('NOT_REDRIVABLE', {}, { cause });
  }
}

/** Key and headers of a record of the run. */
function envelope({ runId, tenantId }: RunDeadLetter): Pick<NewOutboxRecord, 'key' | 'tenantId' | 'headers'> {
  const headers = { [headerNames.traceparent]: traceparentOf(runId), [headerNames.tenant]: tenantId };
  return { key: runId, tenantId, headers };
}

async function decodeOrNull(codec: RecordCodec, record: LogRecord): Promise<unknown> {
  try {
    return await codec.decode(record.topic as TopicName, bytesOf(record));
  } catch (error) {
    if (toFailure(error).code === 'REGISTRY_UNAVAILABLE') throw error;
    return null;
  }
}

function bytesOf(record: LogRecord): Buffer {
  return record.value ?? Buffer.alloc(0);
}
