import {
  accountingIn,
  consumerOffsetsIn,
  deadLettersIn,
  outcomesIn,
  runEventsIn,
  runsIn,
  type Database,
  type OpenRun,
  type TenantCounts,
} from '@docfleet/database';
import type { Clock, TopicPartition } from '@docfleet/domain';
import { foldFacts, runIdOf, type Folded } from '../core/fold.ts';
import type { Told } from '../core/facts.ts';

/** Name under which the offsets are kept, and of the group. */
export const consumerName = 'ledger';

/** One decoded record; it says nothing where no schema reads it, and counts as read. */
export type Entry = {
  readonly offset: bigint;
} & Told;

/** What became of a batch. */
type Booked =
  | { readonly kind: 'booked'; readonly folded: Folded }
  /** Somebody else has booked from another place meanwhile; read on from there. */
  | { readonly kind: 'elsewhere'; readonly nextOffset: bigint };

/** The read model in Postgres: every batch and its offset are one transaction, so each record counts once. */
export interface Book {
  nextOffset(at: TopicPartition): Promise<bigint | null>;
  /** Books records that were read from `from` on; the next read starts at `nextOffset`. */
  book(
    at: TopicPartition,
    batch: { readonly from: bigint | null; readonly entries: readonly Entry[]; readonly nextOffset: bigint },
  ): Promise<Booked>;
  /** What was counted so far, and the runs that are accepted and have not ended, at one moment. */
  counts(): Promise<{ readonly counts: TenantCounts; readonly open: readonly OpenRun[] }>;
  open(): Promise<readonly OpenRun[]>;
  /** Of these runs, the ones that were never seen to be accepted. */
  unheardOf(runIds: readonly string[]): Promise<readonly string[]>;
}

export function openBook(database: Database, clock: Clock): Book {
  return {
    nextOffset: async ({ topic, partition }) =>
      (await consumerOffsetsIn(database.session).find(consumerName, topic, partition)) ?? null,
    book: (at, batch) =>
      database.transaction(async (session) => {
        const offsets = consumerOffsetsIn(session);
        const stored = (await offsets.lock(consumerName, at.topic, at.partition)) ?? null;
        if (stored !== batch.from && stored !== null) return { kind: 'elsewhere', nextOffset: stored };

        const facts = batch.entries.flatMap(({ fact }) => (fact === undefined ? [] : [fact]));
        const runs = runsIn(session);
        const known = await runs.lock([...new Set(facts.map(runIdOf))]);
        const folded = foldFacts(known, facts);
        await runEventsIn(session).add(batch.entries.flatMap(({ history }) => history ?? []));
        await deadLettersIn(session).add(batch.entries.flatMap(({ deadLetter }) => deadLetter ?? []));
        await runs.save([...folded.changed.values()]);
        const outcomes = outcomesIn(session);
        for (const ending of folded.published) {
          await outcomes.markPublished({ ...ending, at: clock.now() });
        }
        await accountingIn(session).add(folded.counts);
        await offsets.save(consumerName, { ...at, nextOffset: batch.nextOffset });
        return { kind: 'booked', folded };
      }),
    counts: () =>
      database.transaction(async (session) => {
        // Under the lock of the consumer nothing is booked between the two reads.
        await consumerOffsetsIn(session).lock(consumerName, '', 0);
        return { counts: await accountingIn(session).read(), open: await runsIn(session).open() };
      }),
    open: () => runsIn(database.session).open(),
    unheardOf: async (runIds) => {
      if (runIds.length === 0) return [];
      const accepted = await runsIn(database.session).acceptedAmong(runIds);
      return runIds.filter((runId) => !accepted.has(runId));
    },
  };
}
