import type { TenantCounts } from '@docfleet/contracts';
import { sql } from 'kysely';
import { guard } from './database-failure.ts';
import type { Session } from './open-database.ts';

/** The accounts, kept beside the rows they count. */
export interface Accounting {
  add(counts: TenantCounts): Promise<void>;
  read(): Promise<TenantCounts>;
}

export function accountingIn(session: Session): Accounting {
  return {
    add: (counts) =>
      guard(async () => {
        const rows = [...counts].flatMap(([tenantId, byName]) =>
          [...byName].map(([name, by]) => ({ tenantId, name, value: BigInt(by) })),
        );
        if (rows.length === 0) return;
        // Sorted by key, so that two writers lock rows in the same order and cannot deadlock.
        rows.sort((a, b) => a.tenantId.localeCompare(b.tenantId) || a.name.localeCompare(b.name));
        await session
          .insertInto('tenantAccounts')
          .values(rows)
          .onConflict((conflict) =>
            conflict
              .columns(['tenantId', 'name'])
              .doUpdateSet({ value: sql<bigint>`tenant_accounts.value + excluded.value` }),
          )
          .execute();
      }),
    read: () =>
      guard(async () => {
        const counts = new Map<string, Map<string, number>>();
        for (const { tenantId, name, value } of await session
          .selectFrom('tenantAccounts')
          .selectAll()
          .execute()) {
          counts.set(tenantId, (counts.get(tenantId) ?? new Map<string, number>()).set(name, Number(value)));
        }
        return counts;
      }),
  };
}
