import { reviewPolicyNames, type Tenant } from '@docfleet/contracts';
import type { Selectable } from 'kysely';
import { guard } from './database-failure.ts';
import type { Session } from './open-database.ts';
import type { Tables } from './tables.ts';

/** The tenants that have keys. A tenant that only writes records itself needs no row. */
export interface Tenants {
  /** False when there is one with that id. */
  create(tenant: { readonly tenantId: string; readonly name: string; readonly at: number }): Promise<boolean>;
  /** By id. */
  list(): Promise<readonly Tenant[]>;
  find(tenantId: string): Promise<Tenant | undefined>;
  /** Reads one and locks it until the transaction ends: what belongs to it is changed by one call at a time. */
  lock(tenantId: string): Promise<Tenant | undefined>;
  /** Suspends it at a time, or with null resumes it. */
  suspend(tenantId: string, at: number | null): Promise<void>;
}

/** The policies of a tenant as they count, from its row. */
export function policiesIn({
  policies,
  reviewPolicies,
}: {
  readonly policies: Tenant['policies'];
  readonly reviewPolicies: Tenant['policies'] | null;
}): Tenant['policies'] {
  if (reviewPolicies === null) return policies;
  const isOfReview = (name: string): boolean => reviewPolicyNames.some((each) => each === name);
  const others = Object.entries(policies).filter(([name]) => !isOfReview(name));
  return { ...Object.fromEntries(others), ...reviewPolicies };
}

export function tenantsIn(session: Session): Tenants {
  const select = (tenantId: string) =>
    session.selectFrom('tenants').selectAll().where('tenantId', '=', tenantId);
  return {
    create: ({ tenantId, name, at }) =>
      guard(async () => {
        const inserted = await session
          .insertInto('tenants')
          .values({ tenantId, name, createdAt: new Date(at), suspendedAt: null, sources: null })
          .onConflict((conflict) => conflict.column('tenantId').doNothing())
          .executeTakeFirst();
        return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n;
      }),
    list: () =>
      guard(async () => {
        const rows = await session.selectFrom('tenants').selectAll().orderBy('tenantId').execute();
        return rows.map(tenantOf);
      }),
    find: (tenantId) =>
      guard(async () => {
        const row = await select(tenantId).executeTakeFirst();
        return row && tenantOf(row);
      }),
    lock: (tenantId) =>
      guard(async () => {
        const row = await select(tenantId).forUpdate().executeTakeFirst();
        return row && tenantOf(row);
      }),
    suspend: (tenantId, at) =>
      guard(async () => {
        await session
          .updateTable('tenants')
          .set({ suspendedAt: at === null ? null : new Date(at) })
          .where('tenantId', '=', tenantId)
          .execute();
      }),
  };
}

function tenantOf({ reviewPolicies, ...row }: Selectable<Tables['tenants']>): Tenant {
  return { ...row, policies: policiesIn({ policies: row.policies, reviewPolicies }) };
}
