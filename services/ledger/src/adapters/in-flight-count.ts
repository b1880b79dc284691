import type { OpenRun, RecordCodec } from '@docfleet/contracts';
import {
  readDelivery,
  runIdOfSubmission,
  sleep,
  toFailure,
  type Clock,
  type TopicPartition,
} from '@docfleet/domain';
import type { LogRecord, RecordLog } from '@docfleet/record-log';
import { accountsOf, inFlightOf, type Accounts } from '../core/accounts.ts';
import { pipelineTopics } from '../core/pipeline-topics.ts';
import type { ReadModelWriter } from './read-model-writer.ts';

/** Records held in memory at a time. */
const recordsAtOnce = 1_000n;

/** Time the read model has to reach what was written before the scan ended, in milliseconds. */
const catchUpTimeoutMs = 60_000;

const pollIntervalMs = 200;

/** How far clocks of processes may be apart, in milliseconds. */
const clockToleranceMs = 60_000;

/** Committed offsets of consumer groups. */
export interface GroupOffsets {
  /** Every partition of the topics; null where the group has never committed. */
  committed(
    group: string,
    topics: readonly string[],
  ): Promise<readonly (TopicPartition & { readonly offset: bigint | null })[]>;
}

export interface InFlightCountOptions {
  readonly recordLog: Pick<RecordLog, 'readRange' | 'endOffset' | 'clusterId' | 'topicNames'>;
  readonly groupOffsets: GroupOffsets;
  readonly codec: RecordCodec;
  readonly readModel: Pick<
    ReadModelWriter,
    'counts' | 'nextOffset' | 'openRuns' | 'setAsideAmong' | 'unknownAmong' | 'heldAmong'
  >;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Counts the runs in flight in the stages' topics, above the offsets that the stages have committed, and computes the
 * accounts of every tenant. First the topics are scanned in pipeline order, then the read model catches up: a run that
 * the scan did not find and that has not ended by then is missing. Undefined when the read model does not catch up in
 * time, because nothing can be concluded then. A run that people hold is looked for in no topic; one that they took or gave
 * back during the scan may have been overlooked, so it counts as held.
 */
export async function countInFlight(
  options: InFlightCountOptions,
): Promise<ReadonlyMap<string, Accounts> | undefined> {
  const { readModel } = options;
  const begun = options.clock.now();
  const { counts, open: all, held } = await readModel.counts();
  const open = all.filter(({ runId }) => !held.has(runId));
  const expected = new Set(open.map(({ runId }) => runId));
  const found = await scanPipelineTopics(options, expected);
  if (!(await hasCaughtUp(options))) return undefined;

  const notFound = open.filter(({ runId }) => !found.has(runId));
  const stillOpen = new Set(notFound.length === 0 ? [] : (await readModel.openRuns()).map(revisionName));
  const unexpected = [...found.values()].flatMap((run) => run ?? []);
  const unknown = new Set(await readModel.unknownAmong(unexpected.map(({ runId }) => runId)));
  const absent = notFound.filter((run) => stillOpen.has(revisionName(run)));
  const heldSince = await readModel.heldAmong(
    absent.map(({ runId }) => runId),
    begun - clockToleranceMs,
  );
  const nowHeld = absent.filter(({ runId }) => heldSince.has(runId));
  const missing = absent.filter(({ runId }) => !heldSince.has(runId));
  const setAside = await readModel.setAsideAmong(missing.map(({ runId }) => runId));
  return accountsOf(
    counts,
    inFlightOf({
      open,
      missing: [...missing, ...nowHeld],
      unknownRuns: unexpected.filter(({ runId }) => unknown.has(runId)),
    }),
    {
      setAside: missing.filter(({ runId }) => setAside.has(runId)),
      held: [...all.filter(({ runId }) => held.has(runId)), ...nowHeld],
    },
  );
}

type UnexpectedRun = Pick<OpenRun, 'runId' | 'tenantId'>;

/**
 * Runs with an unfinished record in a stage's topics, by id. The value is set for accepted runs that are not among the
 * expected ones.
 */
async function scanPipelineTopics(
  options: InFlightCountOptions,
  expected: ReadonlySet<string>,
): Promise<ReadonlyMap<string, UnexpectedRun | undefined>> {
  const { recordLog, groupOffsets, codec, signal } = options;
  const clusterId = await recordLog.clusterId();
  const found = new Map<string, UnexpectedRun | undefined>();
  for (const { group, topics } of pipelineTopics(await recordLog.topicNames())) {
    for (const { topic, partition, offset } of await groupOffsets.committed(group, topics)) {
      const at = { topic, partition };
      const end = await recordLog.endOffset(at);
      for (let from = offset ?? 0n; from < end; from += recordsAtOnce) {
        const to = from + recordsAtOnce < end ? from + recordsAtOnce : end;
        for (const record of await recordLog.readRange({ at, from, to, signal })) {
          const key = record.key?.toString() ?? '';
          if (expected.has(key)) found.set(key, undefined);
          else if (group === 'preprocess') found.set(await submittedRun(codec, record, clusterId), undefined);
          else if (!found.has(key)) found.set(key, await runOfTask(codec, record));
        }
      }
    }
  }
  return found;
}

/** The run of a submission that is retried: it may not be accepted yet, and its key was chosen by its producer. */
async function submittedRun(codec: RecordCodec, record: LogRecord, clusterId: string): Promise<string> {
  const bytes = record.value ?? Buffer.alloc(0);
  const task = await unlessUndecodable(codec.decode('preprocess.retry.30s', bytes));
  return task === undefined ? '' : runIdOfSubmission(task, readDelivery(record, clusterId, true).origin);
}

async function runOfTask(codec: RecordCodec, record: LogRecord): Promise<UnexpectedRun | undefined> {
  const topic = record.topic as 'ocr.tasks.normal';
  const task = await unlessUndecodable(codec.decode(topic, record.value ?? Buffer.alloc(0)));
  return task && { runId: task.context.runId, tenantId: task.context.tenantId };
}

async function unlessUndecodable<T>(decoding: Promise<T>): Promise<T | undefined> {
  try {
    return await decoding;
  } catch (error) {
    if (toFailure(error).code === 'RECORD_UNDECODABLE') return undefined;
    throw error;
  }
}

/** Waits until the read model has everything that is written now; false when that takes too long. */
async function hasCaughtUp(options: InFlightCountOptions): Promise<boolean> {
  const { recordLog, groupOffsets, readModel, clock, signal } = options;
  const topics = ['documents.events', 'documents.completed', 'documents.failed'] as const;
  const partitions = await groupOffsets.committed('ledger', topics);
  const ends = await Promise.all(partitions.map(async (at) => ({ at, end: await recordLog.endOffset(at) })));
  const deadline = clock.now() + catchUpTimeoutMs;
  for (const { at, end } of ends) {
    while (((await readModel.nextOffset(at)) ?? 0n) < end) {
      if (clock.now() >= deadline || signal.aborted) return false;
      await sleep(clock, pollIntervalMs, signal);
    }
  }
  return true;
}

function revisionName({ runId, revision }: OpenRun): string {
  return `${runId}/${revision}`;
}
