import { sql, type Kysely } from 'kysely';

/**
 * The history of a run as a stream: entries are numbered in the order in which they became visible, the end of a run is an
 * entry as well, and whoever listens is told which runs have new ones.
 *
 * Ledgers write one at a time (`ConsumerOffsets.lock`), so no number becomes visible after a larger one. Numbering the rows
 * that exist rewrites the table, whose age retention bounds.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table run_events add column number bigint generated always as identity`.execute(db);
  await sql`create unique index run_events_by_number on run_events (run_id, number)`.execute(db);
  await sql`drop index run_events_by_run`.execute(db);
  await addEndings(db);
  await announceEntries(db);
}

/** An end stands in no partition of `documents.events`: its partition is -1, and its offset its number. */
async function addEndings(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function number_run_ending() returns trigger language plpgsql as $$
    begin
      new."offset" := new.number;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger run_ending_numbered before insert on run_events for each row
    when (new."partition" = -1) execute function number_run_ending()`.execute(db);
  const entry = sql.raw(`insert into run_events
    ("partition", "offset", run_id, tenant_id, revision, stage, kind, at, detail)`);
  const detail = (run: string) =>
    sql.raw(`jsonb_build_object('status', ${run}.status, 'code', ${run}.failure_code)`);
  await sql`
    ${entry}
    select -1, 0, r.run_id, r.tenant_id, r.revision, '', 'ended', r.ended_at, ${detail('r')}
    from runs r where r.ended_at is not null order by r.ended_at`.execute(db);
  await sql`
    create function add_run_ending() returns trigger language plpgsql as $$
    begin
      ${entry} values
        (-1, 0, new.run_id, new.tenant_id, new.revision, '', 'ended', new.ended_at, ${detail('new')});
      return null;
    end $$`.execute(db);
  await sql`
    create trigger run_ending_of_new after insert on runs for each row
    when (new.ended_at is not null) execute function add_run_ending()`.execute(db);
  await sql`
    create trigger run_ending after update on runs for each row
    when (new.ended_at is not null
      and (old.ended_at, old.revision, old.status) is distinct from (new.ended_at, new.revision, new.status))
    execute function add_run_ending()`.execute(db);
}

async function announceEntries(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function notify_run_events() returns trigger language plpgsql as $$
    begin
      perform pg_notify('docfleet_news', run_id) from (select distinct run_id from added) runs;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger run_events_added after insert on run_events referencing new table as added
    for each statement execute function notify_run_events()`.execute(db);
}
