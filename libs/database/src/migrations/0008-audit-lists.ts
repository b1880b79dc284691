import { sql, type Kysely } from 'kysely';

/** Lists of the audit log by tenant and by action, newest first. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index audit_list_by_tenant on audit (tenant_id, id)`.execute(db);
  await sql`create index audit_list_by_action on audit (action, id)`.execute(db);
}
