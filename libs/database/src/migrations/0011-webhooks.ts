import { sql, type Kysely } from 'kysely';

/** Endpoints of tenants, what is delivered to them, and how it went; callbacks of runs go the same way. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table webhook_endpoints (
      endpoint_id text primary key,
      tenant_id text not null,
      url text not null,
      description text not null,
      filters text[] not null,
      created_at timestamptz not null,
      created_by text not null,
      updated_at timestamptz not null,
      disabled_at timestamptz,
      disabled_reason text check (disabled_reason in ('caller', 'gone')),
      deleted_at timestamptz,
      check ((disabled_at is null) = (disabled_reason is null))
    )`.execute(db);
  await sql`
    create index webhook_endpoints_by_tenant on webhook_endpoints (tenant_id, created_at, endpoint_id)
    where deleted_at is null`.execute(db);
  await sql`
    create index webhook_endpoints_deleted on webhook_endpoints (deleted_at) where deleted_at is not null`.execute(
    db,
  );
  // What a secret is derived from; the secret itself is nowhere.
  await sql`
    create table webhook_secrets (
      secret_id text primary key,
      tenant_id text not null,
      receiver text not null,
      key_id text not null,
      created_at timestamptz not null,
      valid_until timestamptz
    )`.execute(db);
  await sql`create index webhook_secrets_by_receiver on webhook_secrets (receiver, created_at)`.execute(db);
  await sql`
    create index webhook_secrets_ended on webhook_secrets (valid_until) where valid_until is not null`.execute(
    db,
  );
  await sql`
    create table webhook_deliveries (
      delivery_id text primary key,
      number bigint generated always as identity,
      tenant_id text not null,
      receiver text not null,
      url text,
      type text not null,
      subject text not null,
      "position" bigint not null,
      body text not null,
      state text not null check (state in ('pending', 'delivered', 'failed')),
      problem text,
      attempts integer not null default 0,
      created_at timestamptz not null,
      begun_at timestamptz not null,
      due_at timestamptz not null,
      expires_at timestamptz not null,
      ended_at timestamptz,
      lease_holder text,
      check ((state = 'pending') = (ended_at is null))
    )`.execute(db);
  for (const [name, columns] of [
    ['due', 'receiver, due_at'],
    ['in_order', 'receiver, subject, "position", number'],
    ['expiring', 'expires_at'],
    ['oldest', 'created_at'],
  ] as const) {
    await sql`
      create index ${sql.ref(`webhook_deliveries_${name}`)} on webhook_deliveries (${sql.raw(columns)})
      where state = 'pending'`.execute(db);
  }
  for (const [name, columns] of [
    ['by_tenant', 'tenant_id, number desc'],
    ['by_state', 'tenant_id, state, number desc'],
    ['by_receiver', 'receiver, number desc'],
    ['by_receiver_and_state', 'receiver, state, number desc'],
    ['by_subject', 'subject, number desc'],
    ['by_time', 'receiver, created_at, number'],
    ['ended', 'ended_at'],
  ] as const) {
    await sql`
      create index ${sql.ref(`webhook_deliveries_${name}`)} on webhook_deliveries (${sql.raw(columns)})`.execute(
      db,
    );
  }
  // The slots are used again: the log of a delivery is bounded however often it is replayed.
  await sql`
    create table webhook_attempts (
      delivery_id text not null,
      slot integer not null,
      tenant_id text not null,
      number integer not null,
      at timestamptz not null,
      duration_ms integer not null,
      status integer,
      problem text,
      primary key (delivery_id, slot)
    )`.execute(db);
  await sql`create index webhook_attempts_by_time on webhook_attempts (at)`.execute(db);
  await sql`create index tenant_events_by_subject on tenant_events (subject)`.execute(db);
  // Which service set a record aside: each reads its own again.
  await sql`alter table set_aside_records add column reader text not null default 'ledger'`.execute(db);
}
