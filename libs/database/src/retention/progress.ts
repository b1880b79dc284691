import { guard } from '../database-failure.ts';
import type { Session } from '../open-database.ts';

/** How far expiry has come, for each kind, so that a new process goes on there. */
export interface RetentionProgress {
  /** Key of the last object that was looked at; null: from the first one. */
  cursor(kind: string): Promise<string | null>;
  moveCursor(kind: string, cursor: string | null): Promise<void>;
  /** A pass over the kind has ended at a time, in milliseconds since the epoch. */
  noteSuccess(kind: string, at: number): Promise<void>;
  lastSuccess(kind: string): Promise<number | null>;
}

export function retentionProgressIn(session: Session): RetentionProgress {
  const find = (kind: string) =>
    session.selectFrom('retentionProgress').selectAll().where('kind', '=', kind).executeTakeFirst();
  const save = async (
    kind: string,
    change: { readonly cursor: string | null } | { readonly lastSuccessAt: Date },
  ): Promise<void> => {
    await session
      .insertInto('retentionProgress')
      .values({ kind, cursor: null, lastSuccessAt: null, ...change })
      .onConflict((conflict) => conflict.column('kind').doUpdateSet(change))
      .execute();
  };
  return {
    cursor: (kind) => guard(async () => (await find(kind))?.cursor ?? null),
    moveCursor: (kind, cursor) => guard(() => save(kind, { cursor })),
    noteSuccess: (kind, at) => guard(() => save(kind, { lastSuccessAt: new Date(at) })),
    lastSuccess: (kind) => guard(async () => (await find(kind))?.lastSuccessAt ?? null),
  };
}
