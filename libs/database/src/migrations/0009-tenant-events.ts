import { sql, type Kysely } from 'kysely';

/** What happened to something of a tenant besides the endings of its runs, for its webhooks. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tenant_events (
      id bigint generated always as identity primary key,
      tenant_id text not null,
      type text not null,
      subject text not null,
      data jsonb not null,
      at timestamptz not null,
      taken_at timestamptz
    )`.execute(db);
  await sql`create index tenant_events_untaken on tenant_events (id) where taken_at is null`.execute(db);
  await sql`create index tenant_events_taken on tenant_events (taken_at) where taken_at is not null`.execute(
    db,
  );
}
