import { sql } from 'kysely';
import { guard } from './database-failure.ts';
import type { Session } from './open-database.ts';

/** Accounts of a tenant, as the read model has them: revisions of runs. */
export interface FleetAccount {
  readonly tenantId: string;
  readonly accepted: number;
  /** By how they ended; what never occurred is absent. */
  readonly ended: Readonly<Record<string, number>>;
  /** Runs that have not ended. */
  readonly open: number;
  /** Of the open ones, those that wait for a person. */
  readonly held: number;
}

const endedPrefix = 'ended.';

/** The accounts of every tenant that has any, all of one moment, by tenant. */
export function fleetAccountsIn(session: Session): Promise<readonly FleetAccount[]> {
  return guard(async () => {
    const { rows } = await sql<{
      tenantId: string;
      counts: Readonly<Record<string, number>> | null;
      open: bigint | null;
      held: bigint | null;
    }>`
      with counted as (
        select tenant_id, jsonb_object_agg(name, value) as counts from tenant_accounts group by tenant_id
      ), opened as (
        select tenant_id, count(*) as open from runs where ended_at is null group by tenant_id
      ), waiting as (
        select tenant_id, count(*) as held from review_tasks
        where state = 'waiting' and not afterwards group by tenant_id
      )
      select tenant_id, counts, open, held
      from counted full join opened using (tenant_id) full join waiting using (tenant_id)
      order by tenant_id`.execute(session);
    return rows.map(({ tenantId, counts, open, held }) => ({
      tenantId,
      accepted: counts?.['accepted'] ?? 0,
      ended: Object.fromEntries(
        Object.entries(counts ?? {})
          .filter(([name]) => name.startsWith(endedPrefix))
          .map(([name, value]) => [name.slice(endedPrefix.length), value]),
      ),
      open: Number(open ?? 0),
      held: Number(held ?? 0),
    }));
  });
}
