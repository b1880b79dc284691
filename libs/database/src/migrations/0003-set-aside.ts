import { sql, type Kysely } from 'kysely';

/** Records that the read model cannot store, set aside so that everything behind them moves on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A record that no schema reads may have neither tenant nor run.
  await sql`
    create table set_aside_records (
      id text primary key,
      topic text not null,
      "partition" integer not null,
      "offset" bigint not null,
      tenant_id text,
      run_id text,
      cause text not null,
      message text not null,
      at timestamptz not null,
      tries integer not null default 1,
      tried_at timestamptz not null,
      redrive_asked_at timestamptz,
      redrive_asked_by text,
      redriven_at timestamptz
    )`.execute(db);
  await sql`create index set_aside_records_by_time on set_aside_records (at desc, id desc)`.execute(db);
  await sql`create index set_aside_records_waiting on set_aside_records (run_id) where redriven_at is null`.execute(
    db,
  );
  await sql`
    create index set_aside_records_asked on set_aside_records (id)
    where redrive_asked_at is not null and redriven_at is null`.execute(db);
}
