import type { RecordCodec } from '@docfleet/contracts';
import type { OpenRun } from '@docfleet/database';
import {
  runIdOfSubmission,
  sleep,
  toFailure,
  readDelivery,
  type Clock,
  type TopicPartition,
} from '@docfleet/domain';
import type { LogRecord, RecordLog } from '@docfleet/record-log';
import { accountsOf, inFlightOf, type Accounts } from '../core/accounts.ts';
import { way } from '../core/way.ts';
import type { Book } from './book.ts';

/** Records that are in memory at the same time. */
const recordsAtOnce = 1_000n;

/** How long the ledger may take to read what was written before the look ended, in milliseconds. */
const patienceMs = 60_000;

const pollMs = 200;

/** Where groups stand. */
export interface Positions {
  /** Every partition of the topics; null where the group has never committed. */
  committed(
    group: string,
    topics: readonly string[],
  ): Promise<readonly (TopicPartition & { readonly offset: bigint | null })[]>;
}

export interface CensusOptions {
  readonly recordLog: Pick<RecordLog, 'readRange' | 'endOffset' | 'clusterId'>;
  readonly positions: Positions;
  readonly codec: RecordCodec;
  readonly book: Pick<Book, 'counts' | 'nextOffset' | 'open' | 'unheardOf'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Counts runs in flight where they are, in the stages' topics above what their groups have committed, and makes the
 * accounts of every tenant. Looks along the way of a document, then lets the read model catch up: a run that was not
 * met on the way, and has not ended by then, is nowhere. Undefined when the read model does not catch up in time: then
 * nothing can be said.
 */
export async function takeCensus(options: CensusOptions): Promise<ReadonlyMap<string, Accounts> | undefined> {
  const { book } = options;
  const { counts, open } = await book.counts();
  const expected = new Set(open.map(({ runId }) => runId));
  const met = await lookAlongTheWay(options, expected);
  if (!(await hasCaughtUp(options))) return undefined;

  const unmet = open.filter(({ runId }) => !met.has(runId));
  const stillOpen = new Set(unmet.length === 0 ? [] : (await book.open()).map(nameOf));
  const others = [...met.values()].flatMap((stranger) => stranger ?? []);
  const unheardOf = new Set(await book.unheardOf(others.map(({ runId }) => runId)));
  return accountsOf(
    counts,
    inFlightOf({
      open,
      missing: unmet.filter((run) => stillOpen.has(nameOf(run))),
      strangers: others.filter(({ runId }) => unheardOf.has(runId)),
    }),
  );
}

type Stranger = Pick<OpenRun, 'runId' | 'tenantId'>;

/**
 * Runs that stand in a stage's topics and are not finished there; with their tenants where they are accepted and not
 * among the expected ones.
 */
async function lookAlongTheWay(
  options: CensusOptions,
  expected: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Stranger | undefined>> {
  const { recordLog, positions, codec, signal } = options;
  const clusterId = await recordLog.clusterId();
  const met = new Map<string, Stranger | undefined>();
  for (const { group, topics } of way) {
    for (const { topic, partition, offset } of await positions.committed(group, topics)) {
      const at = { topic, partition };
      const end = await recordLog.endOffset(at);
      for (let from = offset ?? 0n; from < end; from += recordsAtOnce) {
        const to = from + recordsAtOnce < end ? from + recordsAtOnce : end;
        for (const record of await recordLog.readRange({ at, from, to, signal })) {
          const key = record.key?.toString() ?? '';
          if (expected.has(key)) met.set(key, undefined);
          else if (group === 'preprocess') met.set(await submittedRun(codec, record, clusterId), undefined);
          else if (!met.has(key)) met.set(key, await strangerIn(codec, record));
        }
      }
    }
  }
  return met;
}

/** The run of a submission that is tried again: it may be accepted or not, and its key is its producer's. */
async function submittedRun(codec: RecordCodec, record: LogRecord, clusterId: string): Promise<string> {
  const task = await unlessNoise(codec.decode('preprocess.retry.30s', record.value ?? Buffer.alloc(0)));
  if (task === undefined) return '';
  const { origin } = readDelivery(record, clusterId, true);
  return runIdOfSubmission(task, origin);
}

async function strangerIn(codec: RecordCodec, record: LogRecord): Promise<Stranger | undefined> {
  const topic = record.topic as 'ocr.tasks.normal';
  const task = await unlessNoise(codec.decode(topic, record.value ?? Buffer.alloc(0)));
  return task && { runId: task.context.runId, tenantId: task.context.tenantId };
}

/** Undefined for a record that no schema reads. */
async function unlessNoise<T>(decoding: Promise<T>): Promise<T | undefined> {
  try {
    return await decoding;
  } catch (error) {
    if (toFailure(error).code === 'RECORD_UNDECODABLE') return undefined;
    throw error;
  }
}

/** Whether the read model knows everything that was written until now, within its patience. */
async function hasCaughtUp({ recordLog, positions, book, clock, signal }: CensusOptions): Promise<boolean> {
  const topics = ['documents.events', 'documents.completed', 'documents.failed'] as const;
  const partitions = await positions.committed('ledger', topics);
  const ends = await Promise.all(partitions.map(async (at) => ({ at, end: await recordLog.endOffset(at) })));
  const until = clock.now() + patienceMs;
  for (const { at, end } of ends) {
    while (((await book.nextOffset(at)) ?? 0n) < end) {
      if (clock.now() >= until || signal.aborted) return false;
      await sleep(clock, pollMs, signal);
    }
  }
  return true;
}

function nameOf({ runId, revision }: OpenRun): string {
  return `${runId}/${revision}`;
}
