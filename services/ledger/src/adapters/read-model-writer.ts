import type { OpenRun, TenantCounts } from '@docfleet/contracts';
import {
  accountingIn,
  consumerOffsetsIn,
  deadLettersIn,
  outcomesIn,
  runEventsIn,
  runsIn,
  type Database,
} from '@docfleet/database';
import type { Clock, TopicPartition } from '@docfleet/domain';
import { foldFacts, runIdOfFact, type Folded } from '../core/fold.ts';
import type { DecodedRecord } from './decode-record.ts';

/** Consumer group of the ledger, and the name under which its offsets are stored in Postgres. */
export const consumerName = 'ledger';

/** A decoded record with its offset. */
export type DecodedEntry = {
  readonly offset: bigint;
} & DecodedRecord;

type WriteResult =
  | { readonly kind: 'written'; readonly folded: Folded }
  /** Nothing was written: another ledger has moved the partition's offset meanwhile. Continue from `nextOffset`. */
  | { readonly kind: 'offset-moved'; readonly nextOffset: bigint };

/** Writes the read model in Postgres. A batch and its offset are one transaction, so each record counts once. */
export interface ReadModelWriter {
  /** The stored offset of a partition; null before its first batch. */
  nextOffset(at: TopicPartition): Promise<bigint | null>;
  /** Writes a batch that was read from offset `from`; the next batch starts at `nextOffset`. */
  write(
    at: TopicPartition,
    batch: {
      readonly from: bigint | null;
      readonly entries: readonly DecodedEntry[];
      readonly nextOffset: bigint;
    },
  ): Promise<WriteResult>;
  /** The counts so far and the runs in flight, both of one moment. */
  counts(): Promise<{ readonly counts: TenantCounts; readonly open: readonly OpenRun[] }>;
  /** Runs that are accepted and have not ended. */
  openRuns(): Promise<readonly OpenRun[]>;
  /** The given runs that the read model has no acceptance of. */
  unknownAmong(runIds: readonly string[]): Promise<readonly string[]>;
}

export function createReadModelWriter(database: Database, clock: Clock): ReadModelWriter {
  return {
    nextOffset: async ({ topic, partition }) =>
      (await consumerOffsetsIn(database.session).find(consumerName, topic, partition)) ?? null,
    write: (at, batch) =>
      database.transaction(async (session) => {
        const offsets = consumerOffsetsIn(session);
        const stored = (await offsets.lock(consumerName, at.topic, at.partition)) ?? null;
        if (stored !== batch.from && stored !== null) return { kind: 'offset-moved', nextOffset: stored };

        const facts = batch.entries.flatMap(({ fact }) => (fact === undefined ? [] : [fact]));
        const runs = runsIn(session);
        const known = await runs.lock([...new Set(facts.map(runIdOfFact))]);
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
        return { kind: 'written', folded };
      }),
    counts: () =>
      database.transaction(async (session) => {
        // The consumer's lock keeps other writers out between the two reads.
        await consumerOffsetsIn(session).lock(consumerName, '', 0);
        return { counts: await accountingIn(session).read(), open: await runsIn(session).open() };
      }),
    openRuns: () => runsIn(database.session).open(),
    unknownAmong: async (runIds) => {
      if (runIds.length === 0) return [];
      const accepted = await runsIn(database.session).acceptedAmong(runIds);
      return runIds.filter((runId) => !accepted.has(runId));
    },
  };
}
