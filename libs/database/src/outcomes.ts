import type { OutcomeStatus } from '@docfleet/domain';
import { sql, type Selectable } from 'kysely';
import { guard } from './database-failure.ts';
import { instant } from './instant.ts';
import type { Session } from './open-database.ts';
import type { OutcomesTable, OutcomeState } from './tables.ts';

/** How a revision of a run ends: a row of the fence. */
export interface Outcome {
  readonly runId: string;
  readonly revision: number;
  readonly tenantId: string;
  readonly outcomeId: string;
  readonly state: OutcomeState;
  readonly status: OutcomeStatus;
  /** The encoded terminal record, written byte for byte by the process that finishes this outcome. */
  readonly event: Buffer;
  readonly terminalTopic: string;
  readonly terminalPartition: number;
  /** End offset of that partition, read before the claim: the event cannot be before it. */
  readonly scanFrom: bigint;
  /** Input topic and partition that claimed; only its producer may emit the event. */
  readonly home: string;
  /** Milliseconds since the epoch. */
  readonly claimedAt: number;
  readonly publishedAt: number | null;
}

/** What is needed of an outcome to end its run again, without the bytes of its event. */
export type StuckOutcome = Pick<Outcome, 'runId' | 'revision' | 'tenantId' | 'claimedAt'>;

export type NewOutcome = Omit<Outcome, 'state' | 'publishedAt'>;

/** The fence of endings: one row for each (runId, revision), the first insert wins (M-15). */
export interface Outcomes {
  /** Inserts the row if there is none; `row` is the stored one. */
  claim(row: NewOutcome): Promise<{ readonly won: boolean; readonly row: Outcome }>;
  find(runId: string, revision: number): Promise<Outcome | undefined>;
  /** Marks that the terminal event was read from its topic. Only the ledger calls this. False when nothing changed. */
  markPublished(ending: {
    readonly runId: string;
    readonly revision: number;
    readonly outcomeId: string;
    readonly at: number;
  }): Promise<boolean>;
  /** Claimed before `time` and not published yet, oldest first, after the one that `after` names. */
  claimedBefore(
    time: number,
    page: { readonly limit: number; readonly after?: StuckOutcome | undefined },
  ): Promise<readonly StuckOutcome[]>;
}

export function outcomesIn(session: Session): Outcomes {
  const find = async (runId: string, revision: number): Promise<Outcome | undefined> => {
    const row = await session
      .selectFrom('outcomes')
      .selectAll()
      .where('runId', '=', runId)
      .where('revision', '=', revision)
      .executeTakeFirst();
    return row === undefined ? undefined : toOutcome(row);
  };
  return {
    find: (runId, revision) => guard(() => find(runId, revision)),
    claim: (row) =>
      guard(async () => {
        const inserted = await session
          .insertInto('outcomes')
          .values({ ...row, state: 'claimed', claimedAt: new Date(row.claimedAt), publishedAt: null })
          .onConflict((conflict) => conflict.columns(['runId', 'revision']).doNothing())
          .returningAll()
          .executeTakeFirst();
        if (inserted !== undefined) return { won: true, row: toOutcome(inserted) };
        const existing = await find(row.runId, row.revision);
        if (existing === undefined) throw new Error('Outcome disappeared between insert and read');
        return { won: false, row: existing };
      }),
    markPublished: ({ runId, revision, outcomeId, at }) =>
      guard(async () => {
        const marked = await session
          .updateTable('outcomes')
          .set({ state: 'published', publishedAt: new Date(at) })
          .where('state', '=', 'claimed')
          .where('runId', '=', runId)
          .where('revision', '=', revision)
          .where('outcomeId', '=', outcomeId)
          .executeTakeFirst();
        return marked.numUpdatedRows > 0n;
      }),
    claimedBefore: (time, { limit, after }) =>
      guard(() =>
        session
          .selectFrom('outcomes')
          .select(['runId', 'revision', 'tenantId', 'claimedAt'])
          .where('state', '=', 'claimed')
          .where('claimedAt', '<', instant(time))
          .$if(after !== undefined, (query) =>
            query.where(
              sql<boolean>`(claimed_at, run_id, revision) > (${instant(after?.claimedAt ?? 0)}, ${after?.runId ?? ''}, ${after?.revision ?? 0})`,
            ),
          )
          .orderBy('claimedAt')
          .orderBy('runId')
          .orderBy('revision')
          .limit(limit)
          .execute(),
      ),
  };
}

function toOutcome(row: Selectable<OutcomesTable>): Outcome {
  return row;
}
