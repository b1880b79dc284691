import { sql, type Kysely } from 'kysely';

/**
 * Batches, and which run each of their files is. The ledger finds the batches of the runs that it changes by the unique
 * index of `run_id`. Each filter of the list has an index.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table batches (
      batch_id text primary key,
      tenant_id text not null,
      request_id text not null,
      state text not null,
      revision integer not null,
      digest text not null,
      metadata jsonb not null,
      options jsonb not null,
      counts jsonb not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      accepted_at timestamptz,
      ended_at timestamptz,
      cancel_asked_at timestamptz,
      expires_at timestamptz,
      unique (tenant_id, request_id)
    )`.execute(db);
  await sql`
    create table batch_files (
      batch_id text not null references batches on delete cascade,
      n integer not null,
      tenant_id text not null,
      run_id text not null unique,
      file_name text,
      document_id text,
      input jsonb,
      status text,
      erased_at timestamptz,
      primary key (batch_id, n)
    )`.execute(db);
  await sql`create index batches_by_tenant on batches (tenant_id, created_at desc, batch_id desc)`.execute(
    db,
  );
  await sql`
    create index batches_by_state on batches (tenant_id, state, created_at desc, batch_id desc)`.execute(db);
  await sql`create index batches_ended on batches (ended_at) where ended_at is not null`.execute(db);
  await sql`create index batches_drafts on batches (expires_at) where accepted_at is null`.execute(db);
}
