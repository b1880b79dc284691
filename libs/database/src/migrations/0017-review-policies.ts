import { sql, type Kysely } from 'kysely';

/**
 * The review policy of a tenant in a column of its own: the calls of a tenant may change that, and no other policy. Null:
 * it was not set since, and what `policies` has of it counts.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table tenants add column review_policies jsonb`.execute(db);
}
