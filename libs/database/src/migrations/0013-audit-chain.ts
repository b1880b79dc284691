import { sql, type Kysely } from 'kysely';

/**
 * Who called, from where and with which outcome, for rows of the audit log; and the chain that shows a change to them.
 *
 * `sealed_as` is the position in the chain, `hash` that of the row and of `prev_hash`, the hash of the position before. A
 * row is added unsealed, and sealed once. The trigger refuses every other change, also by the owner of the table unless it
 * is switched off; removal is left to `docfleet_retention`.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table audit
      add column actor_subject text,
      add column actor_issuer text,
      add column address text,
      add column status integer,
      add column sealed_as bigint,
      add column prev_hash bytea,
      add column hash bytea,
      add constraint audit_sealed_as unique (sealed_as),
      add constraint audit_sealed_whole
        check ((sealed_as is null) = (hash is null) and (hash is null) = (prev_hash is null))`.execute(db);
  await sql`create index audit_unsealed on audit (id) where sealed_as is null`.execute(db);
  // What an export reads, in its order; it serves expiry as well.
  await sql`create index audit_by_time_and_id on audit (at, id)`.execute(db);
  await sql`drop index audit_by_time`.execute(db);
  // What retention has removed, to be found when the chain is checked.
  await sql`create index audit_anchors on audit (id) where action = 'audit.expire'`.execute(db);
  // The last position: rows removed from the end are missed, and the next row is sealed after it.
  await sql`
    create table audit_chain (
      single boolean primary key default true check (single),
      position bigint not null,
      hash bytea not null
    )`.execute(db);
  await sql`insert into audit_chain (position, hash) values (0, decode(repeat('00', 32), 'hex'))`.execute(db);
  await sql`
    create function audit_append_only() returns trigger language plpgsql as $$
    declare
      seal constant text[] := array['sealed_as', 'prev_hash', 'hash'];
    begin
      if tg_op = 'INSERT' then
        new.sealed_as := null;
        new.prev_hash := null;
        new.hash := null;
        return new;
      end if;
      if tg_op = 'UPDATE' then
        if old.sealed_as is null and to_jsonb(old) - seal = to_jsonb(new) - seal then
          return new;
        end if;
      end if;
      if tg_op = 'DELETE' then
        if exists (select from pg_roles where rolname = current_user and not rolsuper
            and pg_has_role(oid, 'docfleet_retention', 'member')) then
          return old;
        end if;
      end if;
      raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
    end $$`.execute(db);
  await sql`
    create trigger audit_append_only before insert or update or delete on audit
      for each row execute function audit_append_only()`.execute(db);
  await sql`
    create trigger audit_not_truncated before truncate on audit
      for each statement execute function audit_append_only()`.execute(db);
}
