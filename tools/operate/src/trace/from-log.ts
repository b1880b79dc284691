import { poolsAmong, stageTopics, type RecordCodec, type TopicName } from '@docfleet/contracts';
import {
  headerNames,
  pooledStages,
  readDelivery,
  runIdOf,
  runIdOfSubmission,
  stageNames,
  TimeLimitError,
  toFailure,
  withTimeout,
} from '@docfleet/domain';
import { type LogRecord, type RecordLog } from '@docfleet/record-log';
import pLimit from 'p-limit';
import { attemptDetail, positionOf, span, type Moment, type SourceReport } from './moment.ts';

/** Topics that are read concurrently. */
const maxConcurrentTopics = 4;

/** Time limit to read all topics, in milliseconds. */
const timeoutMs = 120_000;

export interface LogSource {
  readonly recordLog: Pick<RecordLog, 'follow' | 'clusterId' | 'topicNames'>;
  readonly codec: RecordCodec;
}

type Description = Omit<Moment, 'at' | 'from' | 'place'> & { readonly at?: number };

/** How records of a topic name their run, and how they are described. */
interface TopicReader {
  readonly topic: TopicName;
  /** `key`: the key of the record is the runId. `value`: every record has to be decoded. */
  readonly named: 'key' | 'value';
  /** Undefined when the record is not about the run. */
  readonly describe: (record: LogRecord, run: Named, source: LogSource) => Promise<Description | undefined>;
}

interface Named {
  readonly runId: string;
  readonly clusterId: string;
}

/** Moments of a run in the topics, as far as their retention reaches. */
export async function readLog(source: LogSource, runId: string): Promise<SourceReport> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const run = { runId, clusterId: await withTimeout(source.recordLog.clusterId(), timeoutMs) };
    const moments: Moment[] = [];
    const topicNames = await withTimeout(source.recordLog.topicNames(), timeoutMs);
    await pLimit(maxConcurrentTopics).map(readersOf(topicNames), async (reader) => {
      moments.push(...(await readTopic(reader, { source, run, limit })));
    });
    return { source: 'log', moments };
  } catch (error) {
    const reason =
      limit.aborted || error instanceof TimeLimitError
        ? `no answer within ${span(timeoutMs)}`
        : toFailure(error).message;
    return { source: 'log', moments: [], trouble: reason };
  }
}

async function readTopic(
  { topic, named, describe }: TopicReader,
  { source, run, limit }: { readonly source: LogSource; readonly run: Named; readonly limit: AbortSignal },
): Promise<readonly Moment[]> {
  const found: Promise<readonly Moment[]>[] = [];
  const done = new AbortController();
  await source.recordLog.follow({
    topic,
    signal: AbortSignal.any([done.signal, limit]),
    onRecord: (record) => {
      if (named === 'key' && record.key?.toString() !== run.runId) return;
      found.push(momentOf(record, describe(record, run, source)));
    },
  });
  done.abort(new Error('Read to the end'));
  return (await Promise.all(found)).flat();
}

async function momentOf(
  record: LogRecord,
  describing: Promise<Description | undefined>,
): Promise<readonly Moment[]> {
  const description = await describing.catch((error: unknown): Description | undefined => {
    if (toFailure(error).code !== 'RECORD_UNDECODABLE') throw error;
    return undefined;
  });
  if (description === undefined) return [];
  const place = positionOf(record.topic, record.partition, record.offset);
  return [{ at: record.timestampMs, from: 'log', place, ...description }];
}

/** Readers of the topics of `schemas/topics.yaml`, and of the retries of every pool that has topics on the log. */
function readersOf(topicNames: readonly string[]): readonly TopicReader[] {
  const retries = poolsAmong(topicNames).flatMap((pool) =>
    pooledStages.flatMap((stage) =>
      stageTopics(stage, pool).retries.map(({ topic }) => failureReader(stage, topic)),
    ),
  );
  return [...readers, ...retries];
}

function failureReader(stage: (typeof stageNames)[number], topic: TopicName): TopicReader {
  return {
    topic,
    named: stage === 'preprocess' ? 'value' : 'key',
    describe: (record, run, { codec }) => describeFailure(stage, record, run, codec),
  };
}

const readers: readonly TopicReader[] = [
  ...(['documents.urgent', 'documents.high', 'documents.normal'] as const).map((topic): TopicReader => ({
    topic,
    named: 'value',
    describe: async (record, run, { codec }) => {
      const task = await codec.decode(topic, bytesOf(record));
      if (submittedRun(task, record, run, false) !== run.runId) return undefined;
      return { revision: null, who: 'tenant', what: 'submitted', detail: task.source.uri };
    },
  })),
  ...stageNames.flatMap((stage) => {
    const { retries, deadLetter } = stageTopics(stage);
    return [...retries.map(({ topic }) => topic), ...(deadLetter === null ? [] : [deadLetter])].map((topic) =>
      failureReader(stage, topic),
    );
  }),
  {
    topic: 'documents.events',
    named: 'key',
    describe: async (record, _, { codec }) => {
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
    describe: async (record, _, { codec }) => {
      const { revision, action, by } = await codec.decode('documents.control', bytesOf(record));
      return { revision, who: 'gateway', what: action, detail: `ordered by ${by}` };
    },
  },
  {
    topic: 'documents.completed',
    named: 'key',
    describe: async (record, _, { codec }) => {
      const end = await codec.decode('documents.completed', bytesOf(record));
      const detail = `verdict ${end.verdict}, ${end.documents.length} documents, ${end.pageCount} pages`;
      return { revision: end.revision, who: 'integration', what: end.status, detail: outcome(end, detail) };
    },
  },
  {
    topic: 'documents.failed',
    named: 'key',
    describe: async (record, _, { codec }) => {
      const end = await codec.decode('documents.failed', bytesOf(record));
      const detail = `${end.failure.code}${end.failure.stage === null ? '' : ` at ${end.failure.stage}`}`;
      return { revision: end.revision, who: 'integration', what: end.status, detail: outcome(end, detail) };
    },
  },
  {
    topic: 'documents.rejected',
    named: 'value',
    describe: async (record, run, { codec }) => {
      const { tenantId, requestId, code, source } = await codec.decode('documents.rejected', bytesOf(record));
      if (tenantId === null || requestId === null || runIdOf(tenantId, requestId) !== run.runId) {
        return undefined;
      }
      const detail = `${code}, of ${positionOf(source.topic, source.partition, source.offset)}`;
      return { revision: null, who: 'preprocess', what: 'rejected', detail };
    },
  },
];

function outcome(end: { outcomeId: string; supersedes: string | null }, detail: string): string {
  const before = end.supersedes === null ? '' : `, supersedes ${end.supersedes}`;
  return `${detail}, outcome ${end.outcomeId}${before}`;
}

/** Describes a record of a retry topic or dead-letter topic. */
async function describeFailure(
  stage: (typeof stageNames)[number],
  record: LogRecord,
  run: Named,
  codec: RecordCodec,
): Promise<Description | undefined> {
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
  const what = isDead ? 'dead letter' : isSentAgain ? 'was redriven' : 'waits for a retry';
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

/** The run of a submission, derived from its requestId or its first position. */
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
