import {
  accountingIn,
  consumerOffsetsIn,
  outcomesIn,
  runEventsIn,
  runsIn,
  type Database,
  type RunEvent,
} from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import type { TopicPartition } from '@docfleet/stage';
import { accountsOf, type Accounts } from '../core/accounts.ts';
import { foldFacts, runIdOf, type Folded } from '../core/fold.ts';
import type { Fact } from '../core/projection.ts';

/** Name under which the offsets are kept, and of the group. */
export const consumerName = 'ledger';

/** One decoded record; `fact` is undefined for one that no schema reads, which counts as read. */
export interface Entry {
  readonly offset: bigint;
  readonly fact: Fact | undefined;
  readonly history: RunEvent | undefined;
}

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
  accounts(): Promise<Accounts>;
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
        await runs.save([...folded.changed.values()]);
        const outcomes = outcomesIn(session);
        for (const ending of folded.published) {
          await outcomes.markPublished({ ...ending, at: clock.now() });
        }
        await accountingIn(session).add(folded.counts);
        await offsets.save(consumerName, { ...at, nextOffset: batch.nextOffset });
        return { kind: 'booked', folded };
      }),
    accounts: () =>
      database.transaction(async (session) => {
        // Under the lock of the consumer nothing is booked between the two counts.
        await consumerOffsetsIn(session).lock(consumerName, '', 0);
        const counts = await accountingIn(session).read();
        return accountsOf(counts, await runsIn(session).countInFlight());
      }),
  };
}
