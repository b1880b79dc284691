import { sql, type Kysely } from 'kysely';

/** Quotas and other policies of tenants, and what a tenant used on a day. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table tenants add column policies jsonb not null default '{}'`.execute(db);
  await sql`
    create table tenant_usage (
      tenant_id text not null,
      day timestamptz not null,
      bytes bigint not null default 0,
      documents bigint not null default 0,
      pages bigint not null default 0,
      primary key (tenant_id, day)
    )`.execute(db);
  await sql`create index tenant_usage_by_day on tenant_usage (day)`.execute(db);
  await sql`create index runs_open_by_tenant on runs (tenant_id, page_count) where ended_at is null`.execute(
    db,
  );
}
