import { isTaskStage, type RecordCodec, type TaskStage, type TopicName } from '@docfleet/contracts';
import {
  deadLettersIn,
  revisionsIn,
  type Database,
  type DeadLetter,
  type DeadLetterFilter,
  type Session,
} from '@docfleet/database';
import { FailureError, type Clock } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import { type LogRecord, type OutgoingRecord, readDelivery, type RecordLog } from '@docfleet/record-log';
import { traceparentHeader, traceparentOf, type Log } from '@docfleet/telemetry';
import { findClaim } from './adapters/claims.ts';
import { readDeadLetter } from './adapters/dead-letter-log.ts';
import type { Publisher } from './adapters/publisher.ts';
import {
  acceptedAgain,
  letterOfRun,
  runOfSubmission,
  stageOf,
  submissionAgain,
  taskAgain,
  type LetterOfRun,
} from './core/redrive.ts';

export interface DeskOptions {
  readonly database: () => Pick<Database, 'session' | 'transaction'>;
  readonly recordLog: Pick<RecordLog, 'readRange' | 'clusterId'>;
  readonly codec: RecordCodec;
  readonly store: ObjectStore;
  readonly publisher: Pick<Publisher, 'again'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly region: string;
}

/** A dead letter with the record itself. */
export interface InspectedLetter {
  readonly letter: DeadLetter;
  readonly record: LogRecord;
  readonly origin: ReturnType<typeof readDelivery>['origin'];
  /** Null where no schema reads it. */
  readonly value: unknown;
}

export interface Redriven {
  readonly runId: string;
  readonly revision: number;
  /** True when it had been sent again before. */
  readonly repeated: boolean;
}

/** Where operators look at what stages have given up, and send it again (M-14). */
export interface DeadLetterDesk {
  list(filter: DeadLetterFilter): Promise<readonly DeadLetter[]>;
  find(id: string): Promise<DeadLetter | undefined>;
  /** Undefined when there is none, or its topic keeps it no longer. */
  inspect(id: string): Promise<InspectedLetter | undefined>;
  /**
   * Works a dead letter anew: the same run, its next revision. Asked for again it answers with the same revision.
   *
   * @throws FailureError `NOT_FOUND`, `NOT_REDRIVABLE`, `REVISION_UNFINISHED`, and `_UNAVAILABLE` of what is out
   */
  redrive(id: string, by: string): Promise<Redriven>;
}

export function openDesk(options: DeskOptions): DeadLetterDesk {
  const { database, recordLog, codec } = options;
  const read = (letter: DeadLetter): Promise<LogRecord | undefined> => readDeadLetter(recordLog, letter);
  return {
    list: (filter) => deadLettersIn(database().session).list(filter),
    find: (id) => deadLettersIn(database().session).find(id),
    inspect: async (id) => {
      const letter = await deadLettersIn(database().session).find(id);
      const record = letter === undefined ? undefined : await read(letter);
      if (letter === undefined || record === undefined) return undefined;
      const { origin } = readDelivery(record, await recordLog.clusterId(), true);
      return { letter, record, origin, value: await decoded(codec, record) };
    },
    // Under the letter's lock the record is written before the revision is noted: cut off in between, the next call
    // writes the same revision once more, of which one ending stands.
    redrive: (id, by) =>
      database().transaction(async (session) => {
        const letters = deadLettersIn(session);
        const letter = await letters.lock(id);
        if (letter === undefined) throw new FailureError('NOT_FOUND');
        const ofRun = letterOfRun(letter);
        const { runId, tenantId, redrivenAs } = ofRun;
        if (redrivenAs !== null) return { runId, revision: redrivenAs, repeated: true };
        const record = await read(letter);
        if (record === undefined) throw new FailureError('NOT_FOUND');
        const at = options.clock.now();
        const redriven = await sendAgain(options, { session, letter: ofRun, record, at, by });
        await letters.noteRedrive(id, { revision: redriven.revision, at, by });
        options.log
          .child({ runId, tenant: tenantId, revision: redriven.revision })
          .info('a dead letter was sent again', { deadLetter: id, by });
        return redriven;
      }),
  };
}

interface Sending {
  readonly session: Session;
  readonly letter: LetterOfRun;
  readonly record: LogRecord;
  readonly at: number;
  readonly by: string;
}

async function sendAgain(options: DeskOptions, sending: Sending): Promise<Redriven> {
  const { letter } = sending;
  const stage = stageOf(letter);
  if (isTaskStage(stage)) return sendTask(options, sending, stage);
  if (stage === 'preprocess') return sendSubmission(options, sending);
  throw new FailureError('NOT_REDRIVABLE');
}

async function sendTask(options: DeskOptions, sending: Sending, stage: TaskStage): Promise<Redriven> {
  const { letter, record, at } = sending;
  const task = await options.codec.decode(`${stage}.dead-letter`, bytesOf(record));
  return beginRevision(sending, async () => {
    const { topic, value } = taskAgain(stage, task, at);
    const event = acceptedAgain(letter, task.context, at);
    await options.publisher.again([
      { ...place(letter, topic), value: await options.codec.encode(topic, value) },
      await eventRecord(options, letter, event),
    ]);
  });
}

/**
 * A submission of an accepted run becomes its next revision. One that was given up before its claim was never
 * accepted: it goes in once more as it was, unless another record has become the run meanwhile.
 */
async function sendSubmission(options: DeskOptions, sending: Sending): Promise<Redriven> {
  const { codec, recordLog, publisher, region } = options;
  const { letter, record, at } = sending;
  const { runId, revision } = letter;
  const task = await codec.decode('preprocess.dead-letter', bytesOf(record));
  const delivery = readDelivery(record, await recordLog.clusterId(), true);
  const again = (as: number): OutgoingRecord => {
    const target = submissionAgain(delivery, { revision: as, at });
    const { headers } = place(letter, target.topic);
    const value = bytesOf(record);
    return { topic: target.topic, key: record.key, value, headers: { ...headers, ...target.headers } };
  };
  if (delivery.accepted) {
    return beginRevision(sending, async () => {
      const event = acceptedAgain(letter, runOfSubmission(task, delivery, region), at);
      await publisher.again([again(revision + 1), await eventRecord(options, letter, event)]);
    });
  }
  const claim = await findClaim(options.store, runId, AbortSignal.timeout(claimPatienceMs));
  const { topic, partition, offset } = delivery.origin;
  const isOurs =
    claim === undefined ||
    (claim.topic === topic && claim.partition === partition && claim.offset === offset);
  if (!isOurs) throw new FailureError('NOT_REDRIVABLE');
  await publisher.again([again(revision)]);
  return { runId, revision, repeated: false };
}

/** Time the store has to show a claim, in milliseconds. */
const claimPatienceMs = 10_000;

/** Sends when this call is the one that begins the revision after the letter's. */
async function beginRevision(sending: Sending, send: () => Promise<void>): Promise<Redriven> {
  const { session, letter, at, by } = sending;
  const { runId, tenantId } = letter;
  const revision = letter.revision + 1;
  const begun = await revisionsIn(session).begin({
    runId,
    revision,
    tenantId,
    origin: letter.id,
    createdAt: at,
    createdBy: by,
  });
  switch (begun) {
    case 'unfinished':
      throw new FailureError('REVISION_UNFINISHED');
    case 'standing':
      return { runId, revision, repeated: true };
    case 'begun':
      await send();
      return { runId, revision, repeated: false };
  }
}

async function eventRecord(
  { codec }: DeskOptions,
  letter: LetterOfRun,
  event: ReturnType<typeof acceptedAgain>,
): Promise<OutgoingRecord> {
  const topic = 'documents.events';
  return { ...place(letter, topic), value: await codec.encode(topic, event) };
}

function place(
  { runId, tenantId }: LetterOfRun,
  topic: TopicName,
): Pick<OutgoingRecord, 'topic' | 'key' | 'headers'> {
  const headers = { [traceparentHeader]: traceparentOf(runId), 'docfleet-tenant': tenantId };
  return { topic, key: Buffer.from(runId), headers };
}

async function decoded(codec: RecordCodec, record: LogRecord): Promise<unknown> {
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
