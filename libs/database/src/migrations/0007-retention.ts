import { sql, type Kysely } from 'kysely';

/**
 * How far expiry has come, what is to be erased, and which runs were erased. The indexes find what has expired without
 * reading the rows that stay.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table retention_progress (
      kind text primary key,
      cursor text,
      last_success_at timestamptz
    )`.execute(db);
  await sql`
    create table erasures (
      erasure_id text primary key,
      tenant_id text not null,
      run_id text,
      state text not null check (state in ('waiting', 'erasing', 'done')),
      requested_at timestamptz not null,
      requested_by text not null,
      ended_at timestamptz,
      runs integer not null default 0,
      objects integer not null default 0
    )`.execute(db);
  // One unfinished erasure of the same thing: a repeated request joins it.
  await sql`
    create unique index erasures_open on erasures (tenant_id, coalesce(run_id, '')) where state <> 'done'`.execute(
    db,
  );
  await sql`create index erasures_ended on erasures (ended_at) where state = 'done'`.execute(db);
  // A run that was erased: nothing that is still read about it is stored again.
  await sql`
    create table erased_runs (
      run_id text primary key,
      tenant_id text not null,
      erased_at timestamptz not null
    )`.execute(db);
  await sql`create index erased_runs_by_time on erased_runs (erased_at)`.execute(db);
  await sql`create index runs_ended on runs (ended_at) where ended_at is not null`.execute(db);
  await sql`create index run_events_by_time on run_events (at)`.execute(db);
  await sql`create index outcomes_published on outcomes (published_at) where state = 'published'`.execute(db);
  await sql`create index outcomes_by_tenant on outcomes (tenant_id)`.execute(db);
  await sql`
    create index outcomes_with_bytes on outcomes (published_at) where state = 'published' and length(event) > 0`.execute(
    db,
  );
  await sql`create index revisions_by_time on revisions (created_at)`.execute(db);
  await sql`create index audit_by_time on audit (at)`.execute(db);
}
