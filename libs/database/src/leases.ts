import { sql } from 'kysely';
import { guard } from './database-failure.ts';
import type { Session } from './open-database.ts';

/** Names of work that one process at a time does. The database's clock decides. */
export interface Leases {
  /** Takes or extends a lease; false while another holder has it. */
  take(name: string, holder: string, forMs: number): Promise<boolean>;
  /** Gives it back, if it is the holder's. */
  release(name: string, holder: string): Promise<void>;
}

export function leasesIn(session: Session): Leases {
  return {
    take: (name, holder, forMs) =>
      guard(async () => {
        const { numAffectedRows } = await sql`
          insert into leases as lease (name, holder, ends_at)
          values (${name}, ${holder}, now() + ${forMs} * interval '1 millisecond')
          on conflict (name) do update set holder = excluded.holder, ends_at = excluded.ends_at
          where lease.holder = excluded.holder or lease.ends_at < now()`.execute(session);
        return (numAffectedRows ?? 0n) > 0n;
      }),
    release: (name, holder) =>
      guard(async () => {
        await sql`update leases set ends_at = now() where name = ${name} and holder = ${holder}`.execute(
          session,
        );
      }),
  };
}
