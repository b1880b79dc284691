import { sql, type Kysely } from 'kysely';

/** An index for each filter of the lists, in the order of their pages, and a notification when a run has ended. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [name, columns] of [
    ['runs_by_status', 'tenant_id, status'],
    ['runs_by_lane', 'tenant_id, lane'],
    ['runs_by_status_and_lane', 'tenant_id, status, lane'],
  ] as const) {
    await sql`
      create index ${sql.ref(name)} on runs (${sql.raw(columns)}, created_at desc, run_id desc)`.execute(db);
  }
  for (const [name, columns] of [
    ['dead_letters_by_stage', 'stage'],
    ['dead_letters_by_code', 'code'],
  ] as const) {
    await sql`
      create index ${sql.ref(name)} on dead_letters (${sql.raw(columns)}, at desc, id desc)`.execute(db);
  }
  for (const [kind, condition] of [
    ['waiting', 'is null'],
    ['redriven', 'is not null'],
  ] as const) {
    const where = sql.raw(`redriven_as ${condition}`);
    await sql`
      create index ${sql.ref(`dead_letters_${kind}`)} on dead_letters (at desc, id desc)
      where ${where}`.execute(db);
  }
  await sql`create index dead_letters_by_run on dead_letters (run_id, at desc, id desc)`.execute(db);
  await sql`
    create function notify_run_ended() returns trigger language plpgsql as $$
    begin
      perform pg_notify('docfleet_run_ended', new.run_id);
      return null;
    end $$`.execute(db);
  await sql`
    create trigger run_ended after update on runs for each row
    when (old.ended_at is null and new.ended_at is not null)
    execute function notify_run_ended()`.execute(db);
}
