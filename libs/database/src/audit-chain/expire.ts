import { sql } from 'kysely';
import { guard } from '../database-failure.ts';
import type { Session } from '../open-database.ts';

/** Rows that are removed together: the oldest of the chain, before the first one that is kept. */
const expiring = (cutoff: number, limit: number) => sql`
  select sealed_as, hash from (
    select sealed_as, hash, bool_and(at < ${new Date(cutoff)}) over (order by sealed_as) as over
    from (select sealed_as, hash, at from audit where sealed_as is not null order by sealed_as limit ${limit}) oldest
  ) marked where over`;

/** How many rows `expireAuditRows` would remove; counts up to `limit`. */
export function countExpiredAuditRows(session: Session, cutoff: number, limit: number): Promise<number> {
  return guard(async () => {
    const { rows } = await sql<{ count: bigint }>`
      select count(*) as count from (${expiring(cutoff, limit)}) expired`.execute(session);
    return Number(rows[0]?.count ?? 0);
  });
}

/**
 * Removes up to `limit` rows from the beginning of the chain, all from before `cutoff` (milliseconds since the epoch), and
 * notes in the same statement how far: with that row, which is sealed like any other, the rest of the chain can be checked.
 */
export function expireAuditRows(session: Session, cutoff: number, limit: number): Promise<number> {
  return guard(async () => {
    const { rows } = await sql<{ count: bigint }>`
      with expired as (${expiring(cutoff, limit)}),
      last as (select sealed_as, hash from expired order by sealed_as desc limit 1),
      removed as (delete from audit where sealed_as <= (select sealed_as from last) returning 1),
      noted as (
        insert into audit (at, actor_role, action, subject, detail)
        select now(), 'retention', 'audit.expire', 'audit',
          jsonb_build_object('through', sealed_as::text, 'hash', encode(hash, 'hex'),
            'rows', (select count(*) from removed))
        from last
      )
      select count(*) as count from removed`.execute(session);
    return Number(rows[0]?.count ?? 0);
  });
}
