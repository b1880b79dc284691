import type { OpenRun, Run, TenantCounts } from '@docfleet/contracts';
import {
  accountingIn,
  batchEndingsIn,
  consumerOffsetsIn,
  deadLettersIn,
  erasedRunsIn,
  ledgerConsumer,
  outcomesIn,
  reviewHoldsIn,
  runEventsIn,
  runsIn,
  setAsideRecordsIn,
  tenantUsagesIn,
  type BatchEnd,
  type Database,
  type Session,
} from '@docfleet/database';
import type { Clock, TopicPartition } from '@docfleet/domain';
import type { DecodedEntry, DecodedRecord } from '../core/decoded-record.ts';
import { foldFacts, runIdOfFact, type Folded } from '../core/fold.ts';
import type { Part } from '@docfleet/projection';
import type { Fact } from '../core/projection.ts';

/** Consumer group of the ledger, and the name under which its offsets are stored in Postgres. */
export const consumerName = ledgerConsumer;

export type WriteResult =
  | { readonly kind: 'written'; readonly folded: Folded }
  /** Nothing was written: another ledger has moved the partition's offset meanwhile. Continue from `nextOffset`. */
  | { readonly kind: 'offset-moved'; readonly nextOffset: bigint };

/** Writes the read model in Postgres. A batch and its offset are one transaction, so each record counts once. */
export interface ReadModelWriter {
  /** The stored offset of a partition; null before its first batch. */
  nextOffset(at: TopicPartition): Promise<bigint | null>;
  /** Writes records that were read from offset `from`; the next ones start at `nextOffset`. */
  write(at: TopicPartition, part: Part<DecodedEntry>): Promise<WriteResult>;
  /**
   * Writes a record that was set aside, and that it is no longer. Undefined when nobody asks for that any more: another
   * ledger has done it.
   */
  redrive(id: string, record: DecodedRecord): Promise<Folded | undefined>;
  /** The counts so far, the runs that have not ended, and those of them that people hold, all of one moment. */
  counts(): Promise<{
    readonly counts: TenantCounts;
    readonly open: readonly OpenRun[];
    readonly held: ReadonlySet<string>;
  }>;
  /** The given runs that people hold, or took or gave back since a time, in milliseconds since the epoch. */
  heldAmong(runIds: readonly string[], since: number): Promise<ReadonlySet<string>>;
  /** Runs that are accepted and have not ended. */
  openRuns(): Promise<readonly OpenRun[]>;
  /** The given runs of which a record is set aside. */
  setAsideAmong(runIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** The given runs that the read model has no acceptance of. */
  unknownAmong(runIds: readonly string[]): Promise<readonly string[]>;
}

/** `onBatchesEnded` takes the ends of batches of a transaction that is committed, for metrics. */
export function createReadModelWriter(
  database: Database,
  clock: Clock,
  onBatchesEnded: (ended: readonly BatchEnd[]) => void = () => undefined,
): ReadModelWriter {
  const stored = async <T>(work: (session: Session, ended: BatchEnd[]) => Promise<T>): Promise<T> => {
    const { result, ended } = await database.transaction(async (session) => {
      const ends: BatchEnd[] = [];
      return { result: await work(session, ends), ended: ends };
    });
    if (ended.length > 0) onBatchesEnded(ended);
    return result;
  };
  return {
    nextOffset: async ({ topic, partition }) =>
      (await consumerOffsetsIn(database.session).find(consumerName, topic, partition)) ?? null,
    write: (at, part) =>
      stored<WriteResult>(async (session, ended) => {
        const offsets = consumerOffsetsIn(session);
        const offset = (await offsets.lock(consumerName, at.topic, at.partition)) ?? null;
        if (offset !== part.from && offset !== null) return { kind: 'offset-moved', nextOffset: offset };

        const folded = await store(session, part.entries, { clock, ended });
        await offsets.save(consumerName, { ...at, nextOffset: part.nextOffset });
        return { kind: 'written', folded };
      }),
    redrive: (id, record) =>
      stored(async (session, ended) => {
        // The consumer's lock, as for every write: ledgers change runs one at a time.
        await consumerOffsetsIn(session).lock(consumerName, '', 0);
        const records = setAsideRecordsIn(session);
        if ((await records.lockAsked(id)) === undefined) return undefined;
        const folded = await store(session, [record], { clock, ended });
        await records.noteRedriven(id, clock.now());
        return folded;
      }),
    counts: () =>
      database.transaction(async (session) => {
        // The consumer's lock keeps other writers out between the two reads.
        await consumerOffsetsIn(session).lock(consumerName, '', 0);
        return {
          counts: await accountingIn(session).read(),
          open: await runsIn(session).open(),
          held: await reviewHoldsIn(session).heldRuns(),
        };
      }),
    heldAmong: (runIds, since) => reviewHoldsIn(database.session).heldAmong(runIds, since),
    openRuns: () => runsIn(database.session).open(),
    setAsideAmong: (runIds) => setAsideRecordsIn(database.session).runsAmong(runIds),
    unknownAmong: async (runIds) => {
      if (runIds.length === 0) return [];
      const accepted = await runsIn(database.session).acceptedAmong(runIds);
      return runIds.filter((runId) => !accepted.has(runId));
    },
  };
}

/** Stores what records add, in the session's transaction, and notes the batches that end by it. */
async function store(
  session: Session,
  all: readonly DecodedRecord[],
  { clock, ended }: { readonly clock: Clock; readonly ended: BatchEnd[] },
): Promise<Folded> {
  const { records, erased } = await withoutErased(session, all);
  const facts = factsOf(records);
  const runs = runsIn(session);
  const before = await runs.lock([...new Set(facts.map(runIdOfFact))]);
  const folded = foldFacts(before, facts);
  await runEventsIn(session).add(records.flatMap(({ history }) => history ?? []));
  await deadLettersIn(session).add(records.flatMap(({ deadLetter }) => deadLetter ?? []));
  await setAsideRecordsIn(session).add(records.flatMap(({ setAside }) => setAside ?? []));
  await runs.save([...folded.changed.values()]);
  ended.push(...(await batchEndingsIn(session).settle(movedRuns(before, folded.changed), clock.now())));
  await reviewHoldsIn(session).close(folded.published, clock.now());
  const outcomes = outcomesIn(session);
  // Of an erased run only this is kept: otherwise its ending would be sent again for ever.
  const { published } = foldFacts(new Map(), factsOf(erased));
  const alone = all.flatMap((record) => record.published ?? []);
  for (const ending of [...folded.published, ...published, ...alone]) {
    await outcomes.markPublished({ ...ending, at: clock.now() });
  }
  await accountingIn(session).add(folded.counts);
  await tenantUsagesIn(session).add(folded.usage);
  return folded;
}

/** The runs whose status has changed: only these can move a batch. */
function movedRuns(before: ReadonlyMap<string, Run>, changed: ReadonlyMap<string, Run>): readonly string[] {
  return [...changed.values()]
    .filter(({ runId, status }) => before.get(runId)?.status !== status)
    .map(({ runId }) => runId);
}

function factsOf(records: readonly DecodedRecord[]): readonly Fact[] {
  return records.flatMap(({ fact }) => fact ?? []);
}

/** Separates records of erased runs: what they say must not be stored again. */
async function withoutErased<T extends DecodedRecord>(
  session: Session,
  all: readonly T[],
): Promise<{ readonly records: readonly T[]; readonly erased: readonly T[] }> {
  const runIdOf = ({ fact, history, deadLetter }: DecodedRecord): string | undefined =>
    (fact === undefined ? undefined : runIdOfFact(fact)) ?? history?.runId ?? deadLetter?.runId ?? undefined;
  const ids = new Set(all.flatMap((record) => runIdOf(record) ?? []));
  const gone = await erasedRunsIn(session).among([...ids]);
  const isGone = (record: T): boolean => gone.has(runIdOf(record) ?? '');
  return { records: all.filter((record) => !isGone(record)), erased: all.filter(isGone) };
}
