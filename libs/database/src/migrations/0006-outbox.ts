import { sql, type Kysely } from 'kysely';

/**
 * Records that are written to the log because rows were changed, and what processes without a database know of tenants.
 * The tenants that exist are published once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table outbox (
      id bigint generated always as identity primary key,
      topic text not null,
      key text not null,
      tenant_id text,
      headers jsonb not null,
      bytes bytea,
      json jsonb,
      created_at timestamptz not null,
      sent_at timestamptz,
      problem text
    )`.execute(db);
  await sql`create index outbox_unsent on outbox (id) where sent_at is null and problem is null`.execute(db);
  await sql`create index outbox_sent on outbox (sent_at) where sent_at is not null`.execute(db);
  await sql`
    create table leases (
      name text primary key,
      holder text not null,
      ends_at timestamptz not null
    )`.execute(db);
  await sql`
    alter table tenants
      add column settings_version bigint not null default 0,
      add column sources text[]`.execute(db);
  await sql`
    create table tenant_public_keys (
      tenant_id text not null references tenants,
      key_id text not null,
      public_key text not null,
      not_before timestamptz not null,
      not_after timestamptz,
      created_at timestamptz not null,
      created_by text,
      revoked_at timestamptz,
      primary key (tenant_id, key_id)
    )`.execute(db);
  // Row security applies to the owner as well; the deploy step forces it again.
  await sql`alter table tenants no force row level security`.execute(db);
  await sql`update tenants set settings_version = 1`.execute(db);
  await sql`
    insert into outbox (topic, key, tenant_id, headers, json, created_at)
    select 'fleet.tenants', tenant_id, tenant_id, '{}', jsonb_build_object(
      'tenantId', tenant_id,
      'version', settings_version,
      'state', case when suspended_at is null then 'active' else 'suspended' end,
      'publicKeys', jsonb_build_array(),
      'sources', null,
      'policies', jsonb_build_object(),
      'at', floor(extract(epoch from now()) * 1000)), now()
    from tenants order by tenant_id`.execute(db);
}
