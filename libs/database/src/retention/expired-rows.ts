import { sql, type RawBuilder } from 'kysely';
import { countExpiredAuditRows, expireAuditRows } from '../audit-chain/expire.ts';
import { guard } from '../database-failure.ts';
import type { Session } from '../open-database.ts';

/** Rows that expire. `outcomeBytes`: the stored event of an outcome, whose row stays for longer. */
export const rowKinds = [
  'batches',
  'runs',
  'reviewTasks',
  'runEvents',
  'deadLetters',
  'setAside',
  'outcomeBytes',
  'outcomes',
  'revisions',
  'erasedRuns',
  'tenantEvents',
  'webhookDeliveries',
  'webhookAttempts',
  'webhookSecrets',
  'webhookEndpoints',
  'erasures',
  'audit',
  'usage',
] as const;
export type RowKind = (typeof rowKinds)[number];

interface Rule {
  readonly table: string;
  /** The column that the age counts from. */
  readonly time: string;
  /** What must hold besides the age, of the row `t`; `cutoff` is the time before which rows expire. */
  readonly only?: (cutoff: RawBuilder<unknown>) => RawBuilder<unknown>;
}

/** The run of `t` is in progress: nothing of it expires. */
const unfinished = sql`exists (select from runs r where r.run_id = t.run_id and r.ended_at is null)`;

const rules: Readonly<Record<RowKind, Rule>> = {
  // Their files go with them. A draft that was cancelled goes with its uploads.
  batches: { table: 'batches', time: 'ended_at', only: () => sql`t.accepted_at is not null` },
  runs: {
    table: 'runs',
    time: 'ended_at',
    only: (
      cutoff,
    ) => sql`not exists (select from outcomes o where o.run_id = t.run_id and o.state = 'claimed')
      and not exists (select from revisions v where v.run_id = t.run_id and v.created_at >= ${cutoff})`,
  },
  // What people changed and decided goes with it.
  reviewTasks: { table: 'review_tasks', time: 'updated_at', only: () => sql`not ${unfinished}` },
  runEvents: { table: 'run_events', time: 'at', only: () => sql`not ${unfinished}` },
  deadLetters: { table: 'dead_letters', time: 'at', only: () => sql`not ${unfinished}` },
  setAside: { table: 'set_aside_records', time: 'at', only: () => sql`not ${unfinished}` },
  outcomeBytes: {
    table: 'outcomes',
    time: 'published_at',
    only: () => sql`t.state = 'published' and length(t.event) > 0`,
  },
  // All revisions of a run go together, and only when none of them can end any more.
  outcomes: {
    table: 'outcomes',
    time: 'published_at',
    only: (cutoff) => sql`t.state = 'published' and not ${unfinished}
      and not exists (select from outcomes o where o.run_id = t.run_id
        and (o.state = 'claimed' or o.published_at >= ${cutoff}))
      and not exists (select from revisions v where v.run_id = t.run_id and v.created_at >= ${cutoff})`,
  },
  revisions: {
    table: 'revisions',
    time: 'created_at',
    only: () => sql`not ${unfinished} and not exists (select from outcomes o where o.run_id = t.run_id)`,
  },
  erasedRuns: { table: 'erased_runs', time: 'erased_at' },
  tenantEvents: { table: 'tenant_events', time: 'taken_at' },
  webhookDeliveries: { table: 'webhook_deliveries', time: 'ended_at' },
  webhookAttempts: { table: 'webhook_attempts', time: 'at' },
  webhookSecrets: { table: 'webhook_secrets', time: 'valid_until' },
  webhookEndpoints: { table: 'webhook_endpoints', time: 'deleted_at' },
  erasures: { table: 'erasures', time: 'ended_at', only: () => sql`t.state = 'done'` },
  // Removed from the beginning of its chain, as `expireAuditRows` says.
  audit: { table: 'audit', time: 'at' },
  usage: { table: 'tenant_usage', time: 'day' },
};

/** Rows whose period is over. Rows of a run that has not ended are never among them. */
export interface ExpiredRows {
  /** How many of the rows from before `cutoff` (milliseconds since the epoch) expire; counts up to `limit`. */
  count(kind: RowKind, cutoff: number, limit: number): Promise<number>;
  /** Removes up to `limit` of them and gives their number. */
  remove(kind: RowKind, cutoff: number, limit: number): Promise<number>;
  /** The time of the oldest row that is kept; null without rows. */
  oldest(kind: RowKind): Promise<number | null>;
}

export function expiredRowsIn(session: Session): ExpiredRows {
  const select = (kind: RowKind, cutoff: number, limit: number) => {
    const { table, time, only } = rules[kind];
    const before = sql`${new Date(cutoff)}::timestamptz`;
    const more = only === undefined ? sql`` : sql`and ${only(before)}`;
    return sql`
      select t.ctid from ${sql.table(table)} t where t.${sql.ref(time)} < ${before} ${more}
      order by t.${sql.ref(time)} limit ${limit}`;
  };
  return {
    count: (kind, cutoff, limit) => {
      if (kind === 'audit') return countExpiredAuditRows(session, cutoff, limit);
      return guard(async () => {
        const { rows } = await sql<{ count: bigint }>`
          select count(*) as count from (${select(kind, cutoff, limit)}) expired`.execute(session);
        return Number(rows[0]?.count ?? 0);
      });
    },
    remove: (kind, cutoff, limit) => {
      if (kind === 'audit') return expireAuditRows(session, cutoff, limit);
      return guard(async () => {
        const expired = select(kind, cutoff, limit);
        const table = sql.table(rules[kind].table);
        const removed = await (
          kind === 'outcomeBytes'
            ? sql`update ${table} set event = ''::bytea where ctid = any(array(${expired}))`
            : sql`delete from ${table} where ctid = any(array(${expired}))`
        ).execute(session);
        return Number(removed.numAffectedRows ?? 0n);
      });
    },
    oldest: (kind) =>
      guard(async () => {
        const { table, time } = rules[kind];
        const kept = kind === 'outcomeBytes' ? sql`where state = 'published' and length(event) > 0` : sql``;
        const { rows } = await sql<{ oldest: number | null }>`
          select min(${sql.ref(time)}) as oldest from ${sql.table(table)} ${kept}`.execute(session);
        return rows[0]?.oldest ?? null;
      }),
  };
}
