import { sql, type Kysely } from 'kysely';
import { databaseRoles, roleName } from './access-list.ts';
import { expectedLines, rulesOf, tenantCondition, type Rule } from './access-lines.ts';
import { readAccess } from './read-access.ts';

/** The roles of services do not exist, and the login that migrates may not create them. */
export class MissingRoles extends Error {
  constructor(missing: readonly string[], options: { readonly cause: unknown }) {
    const statements = missing.map((role) => `create role ${role} login password '...';`).join(' ');
    super(
      `The database has no role ${missing.join(', ')}, and the login of DATABASE_URL may not create roles. ` +
        `Let an administrator of the server run: ${statements} Then repeat the command.`,
      options,
    );
    this.name = 'MissingRoles';
  }
}

/**
 * Makes roles, grants, policies and row security equal to the access list. A database that is equal already is not
 * changed, so no lock is taken. The caller holds the lock of migrations.
 *
 * @throws MissingRoles
 */
export async function applyAccess(db: Kysely<unknown>): Promise<void> {
  await createRoles(db);
  const found = await readAccess(db);
  if (isSame(found.lines, expectedLines(found.tablesOfTenants))) return;
  await db.transaction().execute(async (transaction) => {
    await removePolicies(transaction);
    for (const table of new Set([...found.tablesOfTenants, ...rulesOf().map((rule) => rule.table)])) {
      const roles = sql.raw(databaseRoles.map(roleName).join(', '));
      await sql`revoke all on ${sql.id(table)} from ${roles}`.execute(transaction);
      if (!found.tablesOfTenants.has(table)) continue;
      await sql`alter table ${sql.id(table)} enable row level security`.execute(transaction);
      await sql`alter table ${sql.id(table)} force row level security`.execute(transaction);
    }
    for (const rule of rulesOf()) {
      await grant(transaction, rule);
      if (found.tablesOfTenants.has(rule.table)) await createPolicy(transaction, rule);
    }
  });
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((line, index) => line === others[index]);
}

/**
 * Roles belong to the whole server, and other databases of it may be migrated at the same time: a role that another
 * session has created meanwhile is as good as one's own.
 */
async function createRoles(db: Kysely<unknown>): Promise<void> {
  const names = databaseRoles.map(roleName);
  const { rows } = await sql<{ name: string }>`
    select rolname as name from pg_roles where rolname = any(${names})`.execute(db);
  const missing = names.filter((name) => !rows.some((row) => row.name === name));
  try {
    for (const name of missing) {
      await sql`
        do $$ begin create role ${sql.id(name)}; exception when duplicate_object or unique_violation then null; end $$`.execute(
        db,
      );
    }
  } catch (cause) {
    throw new MissingRoles(missing, { cause });
  }
}

async function removePolicies(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ table: string; policy: string }>`
    select tablename as table, policyname as policy from pg_policies
    where schemaname = current_schema()`.execute(db);
  for (const { table, policy } of rows) {
    await sql`drop policy ${sql.id(policy)} on ${sql.id(table)}`.execute(db);
  }
}

async function grant(db: Kysely<unknown>, { table, role, command, columns }: Rule): Promise<void> {
  const which = columns === undefined ? sql`` : sql`(${sql.join(columns.map((column) => sql.id(column)))})`;
  await sql`grant ${sql.raw(command)} ${which} on ${sql.id(table)} to ${sql.id(roleName(role))}`.execute(db);
}

async function createPolicy(db: Kysely<unknown>, { table, role, command, rows }: Rule): Promise<void> {
  const condition = sql.raw(rows === 'all' ? 'true' : tenantCondition);
  const using = command === 'insert' ? sql`` : sql`using (${condition})`;
  const check = command === 'insert' || command === 'update' ? sql`with check (${condition})` : sql``;
  const name = roleName(role);
  await sql`
    create policy ${sql.id(`${name}_${command}`)} on ${sql.id(table)}
    for ${sql.raw(command)} to ${sql.id(name)} ${using} ${check}`.execute(db);
}
