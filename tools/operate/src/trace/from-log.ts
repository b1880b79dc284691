import { stageTopics, type RecordCodec, type TopicName } from '@docfleet/contracts';
import {
  runIdOf,
  runIdOfSubmission,
  stageNames,
  toFailure,
  headerNames,
  readDelivery,
} from '@docfleet/domain';
import type { LogRecord, RecordLog } from '@docfleet/record-log';
import { attemptDetail, placeOf, span, type Moment, type Testimony } from './moment.ts';

/** Topics that are read at the same time. */
const atOnce = 4;

/** Time the log has to show everything, in milliseconds. */
const patienceMs = 120_000;

export interface LogSource {
  readonly recordLog: Pick<RecordLog, 'follow' | 'clusterId'>;
  readonly codec: RecordCodec;
}

type Telling = Omit<Moment, 'at' | 'from' | 'place'> & { readonly at?: number };

/** How a topic's records name their run, and what they say about it. */
interface Reading {
  readonly topic: TopicName;
  /** `key`: the record's key is the runId. `value`: its key is somebody else's, so every record is decoded. */
  readonly named: 'key' | 'value';
  /** Undefined when the record is not about the run. */
  readonly tell: (record: LogRecord, run: Named, source: LogSource) => Promise<Telling | undefined>;
}

interface Named {
  readonly runId: string;
  readonly clusterId: string;
}

/** What the topics say of a run, as far back as they reach. */
export async function askLog(source: LogSource, runId: string): Promise<Testimony> {
  const limit = AbortSignal.timeout(patienceMs);
  try {
    const run = { runId, clusterId: await within(source.recordLog.clusterId(), limit) };
    const moments: Moment[] = [];
    const waiting = [...readings];
    const read = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        moments.push(...(await readTopic(next, { source, run, limit })));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, read));
    return { source: 'log', moments };
  } catch (error) {
    const reason = limit.aborted ? `no answer within ${span(patienceMs)}` : toFailure(error).message;
    return { source: 'log', moments: [], trouble: reason };
  }
}

async function readTopic(
  { topic, named, tell }: Reading,
  { source, run, limit }: { readonly source: LogSource; readonly run: Named; readonly limit: AbortSignal },
): Promise<readonly Moment[]> {
  const found: Promise<readonly Moment[]>[] = [];
  const done = new AbortController();
  await source.recordLog.follow({
    topic,
    signal: AbortSignal.any([done.signal, limit]),
    onRecord: (record) => {
      if (named === 'key' && record.key?.toString() !== run.runId) return;
      found.push(momentOf(record, tell(record, run, source)));
    },
  });
  done.abort(new Error('read to the end'));
  return (await Promise.all(found)).flat();
}

async function momentOf(
  record: LogRecord,
  telling: Promise<Telling | undefined>,
): Promise<readonly Moment[]> {
  const told = await telling.catch((error: unknown): Telling | undefined => {
    if (toFailure(error).code !== 'RECORD_UNDECODABLE') throw error;
    return undefined;
  });
  if (told === undefined) return [];
  const place = placeOf(record.topic, record.partition, record.offset);
  return [{ at: record.timestampMs, from: 'log', place, ...told }];
}

async function within<T>(answer: Promise<T>, limit: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    limit.addEventListener(
      'abort',
      () => {
        reject(new Error('no answer in time'));
      },
      { once: true },
    );
  });
  return Promise.race([answer, late]);
}

const readings: readonly Reading[] = [
  ...(['documents.urgent', 'documents.high', 'documents.normal'] as const).map((topic): Reading => ({
    topic,
    named: 'value',
    tell: async (record, run, { codec }) => {
      const task = await codec.decode(topic, bytesOf(record));
      if (submittedRun(task, record, run, false) !== run.runId) return undefined;
      return { revision: null, who: 'tenant', what: 'submitted', detail: task.source.uri };
    },
  })),
  ...stageNames.flatMap((stage) => {
    const { retries, deadLetter } = stageTopics(stage);
    return [...retries.map(({ topic }) => topic), ...(deadLetter === null ? [] : [deadLetter])].map(
      (topic): Reading => ({
        topic,
        named: stage === 'preprocess' ? 'value' : 'key',
        tell: (record, run, { codec }) => tellOfFailure(stage, record, run, codec),
      }),
    );
  }),
  {
    topic: 'documents.events',
    named: 'key',
    tell: async (record, _, { codec }) => {
      const event = await codec.decode('documents.events', bytesOf(record));
      const { revision, stage, kind, at } = event;
      return {
        at,
        revision,
        who: stage,
        what: kind,
        detail: attemptDetail({ ...event, reason: event.detail }),
      };
    },
  },
  {
    topic: 'documents.control',
    named: 'key',
    tell: async (record, _, { codec }) => {
      const { revision, action, by } = await codec.decode('documents.control', bytesOf(record));
      return { revision, who: 'gateway', what: action, detail: `ordered by ${by}` };
    },
  },
  {
    topic: 'documents.completed',
    named: 'key',
    tell: async (record, _, { codec }) => {
      const end = await codec.decode('documents.completed', bytesOf(record));
      const detail = `verdict ${end.verdict}, ${end.documents.length} documents, ${end.pageCount} pages`;
      return { revision: end.revision, who: 'integration', what: end.status, detail: outcome(end, detail) };
    },
  },
  {
    topic: 'documents.failed',
    named: 'key',
    tell: async (record, _, { codec }) => {
      const end = await codec.decode('documents.failed', bytesOf(record));
      const detail = `${end.failure.code}${end.failure.stage === null ? '' : ` at ${end.failure.stage}`}`;
      return { revision: end.revision, who: 'integration', what: end.status, detail: outcome(end, detail) };
    },
  },
  {
    topic: 'documents.rejected',
    named: 'value',
    tell: async (record, run, { codec }) => {
      const { tenantId, requestId, code, source } = await codec.decode('documents.rejected', bytesOf(record));
      if (tenantId === null || requestId === null || runIdOf(tenantId, requestId) !== run.runId) {
        return undefined;
      }
      const detail = `${code}, of ${placeOf(source.topic, source.partition, source.offset)}`;
      return { revision: null, who: 'preprocess', what: 'rejected', detail };
    },
  },
];

function outcome(end: { outcomeId: string; supersedes: string | null }, detail: string): string {
  const before = end.supersedes === null ? '' : `, supersedes ${end.supersedes}`;
  return `${detail}, outcome ${end.outcomeId}${before}`;
}

/** A record in a retry topic or among the dead letters of a stage. */
async function tellOfFailure(
  stage: (typeof stageNames)[number],
  record: LogRecord,
  run: Named,
  codec: RecordCodec,
): Promise<Telling | undefined> {
  const delivery = readDelivery(record, run.clusterId, true);
  const revision = await revisionIn(stage, record, run, codec);
  if (revision === undefined) return undefined;
  const isDead = record.topic.endsWith('.dead-letter');
  const isSentAgain = !isDead && delivery.dueAtMs === 0;
  const code = record.headers[headerNames.code];
  const detail = [
    ...(code === undefined ? [] : [code]),
    `attempt ${delivery.attempt}`,
    ...(isDead ? [`id ${stage}-${record.partition}-${record.offset}`] : []),
    ...(!isDead && !isSentAgain ? [`due ${new Date(delivery.dueAtMs).toISOString()}`] : []),
  ].join(', ');
  const what = isDead ? 'dead letter' : isSentAgain ? 'is to work anew' : 'waits for a retry';
  return { revision, who: stage, what, detail };
}

async function revisionIn(
  stage: (typeof stageNames)[number],
  record: LogRecord,
  run: Named,
  codec: RecordCodec,
): Promise<number | undefined> {
  if (stage === 'preprocess') {
    const task = await codec.decode('preprocess.dead-letter', bytesOf(record));
    if (submittedRun(task, record, run, true) !== run.runId) return undefined;
    return readDelivery(record, run.clusterId, true).origin.redrive?.revision ?? 1;
  }
  const { context } = await codec.decode(record.topic as 'ocr.dead-letter', bytesOf(record));
  return context.revision;
}

/** The run that a submission is, by its name or by where it stood first. */
function submittedRun(
  submission: { readonly tenantId: string; readonly requestId: string | null },
  record: LogRecord,
  { clusterId }: Named,
  isRetry: boolean,
): string {
  return runIdOfSubmission(submission, readDelivery(record, clusterId, isRetry).origin);
}

function bytesOf(record: LogRecord): Buffer {
  return record.value ?? Buffer.alloc(0);
}
