import type { UsageOfDay } from '@docfleet/contracts';
import { sql } from 'kysely';
import { guard } from './database-failure.ts';
import { instant } from './instant.ts';
import type { Session } from './open-database.ts';

/** What a tenant used on a day (UTC), and what it has in progress. */
export interface TenantUsage {
  /** Of documents that were submitted by the API. */
  readonly bytes: number;
  /** Accepted by the pipeline, however they were submitted. */
  readonly documents: number;
  readonly pages: number;
  /** Runs that have not ended, of any day. */
  readonly inFlight: number;
  /** Those of which the pages are not known yet. */
  readonly uncounted: number;
  /** Pages that a document of unknown length is expected to have: the larger of the means of the day and of the last week; at least 1. */
  readonly meanPages: number;
  /** Documents of the last week, with the day: as many as that mean is of at most. */
  readonly meanOf: number;
}

/** Usage by tenant and day. */
export interface TenantUsages {
  /**
   * Adds to a day and keeps its row locked until the transaction ends: transactions that add to a day of one tenant and then
   * read it see each other's additions.
   */
  addBytes(tenantId: string, at: number, bytes: number): Promise<void>;
  /** Adds what the pipeline has counted. */
  add(usage: readonly UsageOfDay[]): Promise<void>;
  read(tenantId: string, at: number): Promise<TenantUsage>;
  /** The newest days first. */
  days(
    tenantId: string,
    limit: number,
  ): Promise<readonly (Pick<TenantUsage, 'bytes' | 'documents' | 'pages'> & { readonly day: number })[]>;
}

const dayMs = 86_400_000;

/** The beginning of the day (UTC) that a time is in, both in milliseconds since the epoch. */
export function dayOf(at: number): number {
  return Math.floor(at / dayMs) * dayMs;
}

export function tenantUsagesIn(session: Session): TenantUsages {
  return {
    addBytes: (tenantId, at, bytes) =>
      guard(async () => {
        // By name, since the role of tenants' calls may change no other column.
        await session
          .insertInto('tenantUsage')
          .values({ tenantId, day: new Date(dayOf(at)), bytes: BigInt(bytes) })
          .onConflict((conflict) =>
            conflict
              .columns(['tenantId', 'day'])
              .doUpdateSet({ bytes: sql<bigint>`tenant_usage.bytes + excluded.bytes` }),
          )
          .execute();
      }),
    add: (usage) =>
      guard(async () => {
        const rows = new Map<string, UsageOfDay>();
        for (const each of usage) {
          const at = dayOf(each.at);
          const key = `${each.tenantId} ${at}`;
          const sum = rows.get(key);
          rows.set(key, {
            tenantId: each.tenantId,
            at,
            documents: (sum?.documents ?? 0) + each.documents,
            pages: (sum?.pages ?? 0) + each.pages,
          });
        }
        if (rows.size === 0) return;
        await session
          .insertInto('tenantUsage')
          .values(
            // Sorted by key, so that two writers lock rows in the same order and cannot deadlock.
            [...rows.entries()]
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([, { tenantId, at, documents, pages }]) => ({
                tenantId,
                day: new Date(at),
                documents: BigInt(documents),
                pages: BigInt(pages),
              })),
          )
          .onConflict((conflict) =>
            conflict.columns(['tenantId', 'day']).doUpdateSet({
              documents: sql<bigint>`tenant_usage.documents + excluded.documents`,
              pages: sql<bigint>`tenant_usage.pages + excluded.pages`,
            }),
          )
          .execute();
      }),
    read: (tenantId, at) =>
      guard(async () => {
        const today = dayOf(at);
        const week = await session
          .selectFrom('tenantUsage')
          .select(['day', 'bytes', 'documents', 'pages'])
          .where('tenantId', '=', tenantId)
          .where('day', '>', instant(today - 7 * dayMs))
          .where('day', '<=', instant(today))
          .execute();
        const day = week.find((row) => row.day === today);
        const open = await session
          .selectFrom('runs')
          .select(({ fn }) => [
            fn.countAll<bigint>().as('inFlight'),
            fn.countAll<bigint>().filterWhere('pageCount', '=', 0).as('uncounted'),
          ])
          .where('tenantId', '=', tenantId)
          .where('endedAt', 'is', null)
          .executeTakeFirstOrThrow();
        return {
          bytes: Number(day?.bytes ?? 0),
          documents: Number(day?.documents ?? 0),
          pages: Number(day?.pages ?? 0),
          inFlight: Number(open.inFlight),
          uncounted: Number(open.uncounted),
          meanPages: Math.max(1, meanPages(week), meanPages(day === undefined ? [] : [day])),
          meanOf: documentsOf(week),
        };
      }),
    days: (tenantId, limit) =>
      guard(async () => {
        const rows = await session
          .selectFrom('tenantUsage')
          .select(['day', 'bytes', 'documents', 'pages'])
          .where('tenantId', '=', tenantId)
          .orderBy('day', 'desc')
          .limit(limit)
          .execute();
        return rows.map(({ day, bytes, documents, pages }) => ({
          day,
          bytes: Number(bytes),
          documents: Number(documents),
          pages: Number(pages),
        }));
      }),
  };
}

/** 0 without a document. */
function meanPages(
  days: readonly { readonly documents: bigint | number; readonly pages: bigint | number }[],
): number {
  const documents = documentsOf(days);
  const pages = days.reduce((sum, day) => sum + Number(day.pages), 0);
  return documents === 0 ? 0 : pages / documents;
}

function documentsOf(days: readonly { readonly documents: bigint | number }[]): number {
  return days.reduce((sum, day) => sum + Number(day.documents), 0);
}

/** Runs of each tenant that were accepted and have not ended, from the accounts. */
export function openRunsByTenant(session: Session): Promise<ReadonlyMap<string, number>> {
  return guard(async () => {
    const { rows } = await sql<{ tenantId: string; open: bigint }>`
      select tenant_id, sum(case when name = 'accepted' then value else -value end) as open
      from tenant_accounts where name = 'accepted' or name like 'ended.%'
      group by tenant_id having sum(case when name = 'accepted' then value else -value end) > 0`.execute(
      session,
    );
    return new Map(rows.map(({ tenantId, open }) => [tenantId, Number(open)]));
  });
}
