import { sql, type Kysely } from 'kysely';

/**
 * Tasks of the people who look at results: what the machine found, what people changed, and what they decided. A task has
 * at most one decision, and everything of it goes with it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table review_tasks (
      task_id text primary key,
      tenant_id text not null,
      run_id text not null,
      revision integer not null,
      round integer not null,
      lane text not null,
      state text not null check (state in ('waiting', 'decided', 'closed')),
      afterwards boolean not null,
      document_class text not null,
      doubt double precision not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      expires_at timestamptz not null,
      version integer not null default 1,
      context jsonb not null,
      input jsonb not null,
      results jsonb not null,
      page_count integer not null,
      documents jsonb not null,
      verdict jsonb not null,
      reasons text[] not null,
      work jsonb,
      four_eyes boolean not null,
      holder text,
      holder_name text,
      held_until timestamptz,
      unique (run_id, revision, round),
      check ((holder is null) = (held_until is null))
    )`.execute(db);
  // The queue: most urgent lane first, then age, where doubt counts as age.
  await sql`
    create index review_tasks_queue on review_tasks (tenant_id, state,
      (case lane when 'urgent' then 0 when 'high' then 1 else 2 end),
      (extract(epoch from created_at at time zone 'UTC') - 3600 * doubt), task_id)`.execute(db);
  await sql`create index review_tasks_waiting on review_tasks (created_at) where state = 'waiting'`.execute(
    db,
  );
  await sql`create index review_tasks_done on review_tasks (updated_at) where state <> 'waiting'`.execute(db);
  await sql`
    create table review_changes (
      id bigint generated always as identity primary key,
      task_id text not null references review_tasks on delete cascade,
      tenant_id text not null,
      at timestamptz not null,
      actor text not null,
      actor_name text,
      kind text not null,
      document integer not null,
      field text,
      before jsonb,
      after jsonb,
      reason text,
      change_id text,
      change_digest text,
      check ((change_id is null) = (change_digest is null))
    )`.execute(db);
  await sql`create index review_changes_by_task on review_changes (task_id, id)`.execute(db);
  await sql`
    create table review_skips (
      task_id text not null references review_tasks on delete cascade,
      tenant_id text not null,
      actor text not null,
      at timestamptz not null,
      reason text not null,
      primary key (task_id, actor)
    )`.execute(db);
  // Whoever approved a task that needs two people, and the state of the task that was approved.
  await sql`
    create table review_approvals (
      task_id text not null references review_tasks on delete cascade,
      tenant_id text not null,
      actor text not null,
      at timestamptz not null,
      version integer not null,
      primary key (task_id, actor)
    )`.execute(db);
  await sql`
    create table review_decisions (
      decision_id text primary key,
      task_id text not null unique references review_tasks on delete cascade,
      tenant_id text not null,
      kind text not null check (kind in ('approve', 'reject', 'send_back')),
      actor text not null,
      actor_name text,
      at timestamptz not null,
      reason text,
      stage text,
      outcome_id text
    )`.execute(db);
  await sql`alter table runs add column round integer not null default 0`.execute(db);
  await sql`alter table runs add column review text not null default 'tenant'`.execute(db);
  // Whether the record of a decision has been sent is asked by its key.
  await sql`create index outbox_unsent_by_key on outbox (key) where sent_at is null`.execute(db);
}
