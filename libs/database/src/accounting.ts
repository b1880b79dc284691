import { sql } from 'kysely';
import { guard } from './database-failure.ts';
import type { Session } from './open-database.ts';

/** Counts that never go down: `accepted`, and `ended.<status>`. Kept beside the rows they count. */
export interface Accounting {
  add(counts: ReadonlyMap<string, number>): Promise<void>;
  read(): Promise<ReadonlyMap<string, number>>;
}

export function accountingIn(session: Session): Accounting {
  return {
    add: (counts) =>
      guard(async () => {
        // In the order of their names, so that two writers never wait for each other.
        for (const [name, by] of [...counts].sort(([a], [b]) => a.localeCompare(b))) {
          await session
            .insertInto('accounting')
            .values({ name, value: BigInt(by) })
            .onConflict((conflict) =>
              conflict.column('name').doUpdateSet({ value: sql<bigint>`accounting.value + excluded.value` }),
            )
            .execute();
        }
      }),
    read: () =>
      guard(async () => {
        const rows = await session.selectFrom('accounting').selectAll().execute();
        return new Map(rows.map((row) => [row.name, Number(row.value)]));
      }),
  };
}
