import { sql, type Kysely } from 'kysely';

/** What operators work with: dead letters and who sent them again, and the accounts of each tenant. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A dead letter that no schema reads has neither tenant nor run.
  await sql`
    create table dead_letters (
      id text primary key,
      stage text not null,
      "partition" integer not null,
      "offset" bigint not null,
      tenant_id text,
      run_id text,
      request_id text,
      revision integer,
      lane text,
      code text not null,
      attempt integer not null,
      at timestamptz not null,
      redriven_as integer,
      redriven_at timestamptz,
      redriven_by text
    )`.execute(db);
  await sql`create index dead_letters_by_time on dead_letters (at desc, id desc)`.execute(db);
  await sql`create index dead_letters_by_tenant on dead_letters (tenant_id, at desc, id desc)`.execute(db);
  await sql`
    create table revisions (
      run_id text not null,
      revision integer not null,
      tenant_id text not null,
      origin text not null,
      created_at timestamptz not null,
      created_by text not null,
      primary key (run_id, revision)
    )`.execute(db);
  // Who counts in the old table waits from here on and fails then: nothing is counted in both or in neither.
  await sql`lock table accounting in access exclusive mode`.execute(db);
  await sql`
    create table tenant_accounts (
      tenant_id text not null,
      name text not null,
      value bigint not null,
      primary key (tenant_id, name)
    )`.execute(db);
  await sql`
    insert into tenant_accounts
    select tenant_id, 'accepted', count(*) from runs where accepted_at is not null group by tenant_id`.execute(
    db,
  );
  await sql`
    insert into tenant_accounts
    select tenant_id, 'ended.' || status, count(*) from runs
    where accepted_at is not null and ended_at is not null group by tenant_id, status`.execute(db);
  await sql`drop table accounting`.execute(db);
}
