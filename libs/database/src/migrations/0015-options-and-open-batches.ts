import { sql, type Kysely } from 'kysely';

/**
 * The class that a submission names, and whether its document is checked; and an index of the batches that have not ended,
 * of which metrics tell how long they stand still.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table runs add column document_class text`.execute(db);
  await sql`alter table runs add column checks boolean not null default true`.execute(db);
  await sql`
    create index batches_open on batches (updated_at) where accepted_at is not null and ended_at is null`.execute(
    db,
  );
}
