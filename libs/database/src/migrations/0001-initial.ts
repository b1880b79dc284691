import { sql, type Kysely } from 'kysely';

/** Tenants and keys, the read model, the fence of endings, and the read model's own offsets. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tenants (
      tenant_id text primary key,
      name text not null,
      created_at timestamptz not null
    )`.execute(db);
  await sql`
    create table api_keys (
      key_id text primary key,
      tenant_id text not null references tenants,
      role text not null check (role in ('producer', 'viewer', 'reviewer', 'operator', 'admin')),
      prefix text not null,
      hash text not null unique,
      created_at timestamptz not null,
      revoked_at timestamptz
    )`.execute(db);
  // No reference to tenants: runs of tenants that produce records themselves come from the log.
  await sql`
    create table runs (
      run_id text primary key,
      tenant_id text not null,
      request_id text,
      document_id text,
      lane text not null check (lane in ('urgent', 'high', 'normal')),
      status text not null,
      revision integer not null,
      stage text,
      attempt integer not null,
      stages_done integer not null,
      verdict text,
      failure_code text,
      failure_message text,
      file_name text,
      input jsonb,
      submission_digest text,
      region text,
      route text,
      callback_url text,
      expectations jsonb not null,
      claim_date text,
      accepted_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      ended_at timestamptz,
      expires_at timestamptz not null,
      timings jsonb not null,
      result jsonb,
      outcome_id text,
      bundle jsonb,
      page_count integer not null,
      acknowledged boolean not null,
      unique (tenant_id, request_id)
    )`.execute(db);
  await sql`create index runs_by_tenant on runs (tenant_id, created_at desc, run_id desc)`.execute(db);
  await sql`create index runs_open on runs (expires_at) where ended_at is null`.execute(db);
  await sql`create index runs_unsent on runs (created_at) where not acknowledged`.execute(db);
  await sql`
    create table run_events (
      "partition" integer not null,
      "offset" bigint not null,
      run_id text not null,
      tenant_id text not null,
      revision integer not null,
      stage text not null,
      kind text not null,
      at timestamptz not null,
      detail jsonb not null,
      primary key ("partition", "offset")
    )`.execute(db);
  await sql`create index run_events_by_run on run_events (run_id, at)`.execute(db);
  await sql`
    create table outcomes (
      run_id text not null,
      revision integer not null,
      tenant_id text not null,
      outcome_id text not null,
      state text not null check (state in ('claimed', 'published')),
      status text not null,
      event bytea not null,
      terminal_topic text not null,
      terminal_partition integer not null,
      scan_from bigint not null,
      home text not null,
      claimed_at timestamptz not null,
      published_at timestamptz,
      primary key (run_id, revision)
    )`.execute(db);
  await sql`create index outcomes_claimed on outcomes (claimed_at) where state = 'claimed'`.execute(db);
  await sql`
    create table consumer_offsets (
      consumer text not null,
      topic text not null,
      "partition" integer not null,
      next_offset bigint not null,
      primary key (consumer, topic, "partition")
    )`.execute(db);
  await sql`
    create table accounting (
      name text primary key,
      value bigint not null default 0
    )`.execute(db);
}
