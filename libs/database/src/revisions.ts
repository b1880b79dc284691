import { guard } from './database-failure.ts';
import type { Session } from './open-database.ts';

/** A revision of a run after its first, and who requested it. */
export interface NewRevision {
  readonly runId: string;
  /** From 2. */
  readonly revision: number;
  readonly tenantId: string;
  /** Id of the dead letter it was made from. */
  readonly origin: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly createdBy: string;
}

/**
 * Requested revisions. One begins only when the previous one is published, so that a run has at most one unfinished
 * revision. Each begins once: the first insert wins.
 */
export interface Revisions {
  /** `existing`: it began earlier. `unfinished`: the previous revision is not published yet. */
  begin(revision: NewRevision): Promise<'begun' | 'existing' | 'unfinished'>;
}

export function revisionsIn(session: Session): Revisions {
  return {
    begin: (row) =>
      guard(async () => {
        const { runId, revision } = row;
        const before = await session
          .selectFrom('outcomes')
          .select('state')
          .where('runId', '=', runId)
          .where('revision', '=', revision - 1)
          .executeTakeFirst();
        if (before?.state !== 'published') return 'unfinished';
        const inserted = await session
          .insertInto('revisions')
          .values({ ...row, createdAt: new Date(row.createdAt) })
          .onConflict((conflict) => conflict.columns(['runId', 'revision']).doNothing())
          .executeTakeFirst();
        return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n ? 'begun' : 'existing';
      }),
  };
}
