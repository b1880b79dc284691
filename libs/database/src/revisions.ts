import { guard } from './database-failure.ts';
import type { Session } from './open-database.ts';

/** A revision of a run beyond its first, and who asked for it. */
export interface NewRevision {
  readonly runId: string;
  /** From 2. */
  readonly revision: number;
  readonly tenantId: string;
  /** What it was made from, as the id of a dead letter. */
  readonly origin: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly createdBy: string;
}

/**
 * Revisions that were asked for. One begins only when the one before is published, so that a run has at most one
 * unfinished revision, and each begins once: the first insert wins.
 */
export interface Revisions {
  /** `standing`: it has begun before. `unfinished`: the revision before it is not published yet. */
  begin(revision: NewRevision): Promise<'begun' | 'standing' | 'unfinished'>;
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
        return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n ? 'begun' : 'standing';
      }),
  };
}
