import { sql, type Kysely } from 'kysely';

/**
 * Roles of the fleet beside roles of tenants, keys that are rotated and expire, suspended tenants, and the audit log.
 *
 * An `admin` key becomes `tenant-admin`. An `operator` key was a tenant's and would now reach every tenant, so it is
 * revoked instead.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table tenants add column suspended_at timestamptz`.execute(db);
  await sql`alter table api_keys drop constraint api_keys_role_check`.execute(db);
  await sql`
    alter table api_keys
      alter column tenant_id drop not null,
      add column name text,
      add column created_by text,
      add column expires_at timestamptz,
      add column last_used_at timestamptz`.execute(db);
  await sql`update api_keys set role = 'tenant-admin' where role = 'admin'`.execute(db);
  await sql`
    update api_keys set revoked_at = now()
    where role = 'operator' and tenant_id is not null and revoked_at is null`.execute(db);
  await sql`
    alter table api_keys
      add constraint api_keys_role_check
        check (role in ('producer', 'viewer', 'reviewer', 'tenant-admin', 'operator', 'fleet-admin')),
      add constraint api_keys_tenant_of_role
        check ((role in ('operator', 'fleet-admin')) = (tenant_id is null)
          or (role = 'operator' and revoked_at is not null))`.execute(db);
  await sql`create index api_keys_by_tenant on api_keys (tenant_id, created_at)`.execute(db);
  // No key and no role may change or remove a row.
  await sql`
    create table audit (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      actor_key_id text,
      actor_role text not null,
      tenant_id text,
      action text not null,
      subject text not null,
      detail jsonb not null
    )`.execute(db);
  await sql`create index audit_by_tenant on audit (tenant_id, at)`.execute(db);
}
