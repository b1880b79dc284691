import { sql, type Kysely } from 'kysely';
import { databaseRoles, roleName } from './access-list.ts';
import { forcedLine, grantLine, policyLine } from './access-lines.ts';

/** What the catalogue says about tables and rights. */
export interface FoundAccess {
  /** Tables with a column `tenant_id`. */
  readonly tablesOfTenants: ReadonlySet<string>;
  /** Grants and policies of the roles, and forced row security, sorted. In the form of `expectedLines`. */
  readonly lines: readonly string[];
  /** Sentences about what must never be, such as a table without row security; empty in a sound database. */
  readonly faults: readonly string[];
}

/** How PostgreSQL prints the condition of a policy by tenant. */
const tenantPrinted = `(tenant_id = NULLIF(current_setting('app.tenant'::text, true), ''::text))`;

interface TableRow {
  name: string;
  owner: string;
  secured: boolean;
  forced: boolean;
  of_tenant: boolean;
  open: boolean;
}

/** Reads the catalogue, for the schema that unqualified names are in. */
export async function readAccess(db: Kysely<unknown>): Promise<FoundAccess> {
  const roles = databaseRoles.map(roleName);
  const { rows: tables } = await sql<TableRow>`
    select c.relname as name, o.rolname as owner, c.relrowsecurity as secured, c.relforcerowsecurity as forced,
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
        as of_tenant,
      exists (select from aclexplode(c.relacl) g where g.grantee = 0) as open
    from pg_class c join pg_roles o on o.oid = c.relowner
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
    order by 1`.execute(db);
  const { rows: wholeGrants } = await sql<{ table: string; role: string; command: string }>`
    select c.relname as table, r.rolname as role, lower(g.privilege_type) as command
    from pg_class c cross join lateral aclexplode(c.relacl) g join pg_roles r on r.oid = g.grantee
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and r.rolname = any(${roles})`.execute(db);
  const { rows: columnGrants } = await sql<{
    table: string;
    role: string;
    command: string;
    columns: string[];
  }>`
    select c.relname as table, r.rolname as role, lower(g.privilege_type) as command,
      array_agg(a.attname::text) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
      cross join lateral aclexplode(a.attacl) g join pg_roles r on r.oid = g.grantee
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and r.rolname = any(${roles})
    group by 1, 2, 3`.execute(db);
  const { rows: policies } = await sql<{
    table: string;
    roles: string[];
    command: string;
    condition: string;
  }>`
    select tablename as table, roles::text[] as roles, lower(cmd) as command,
      concat_ws(' / ', permissive, qual, with_check) as condition
    from pg_policies where schemaname = current_schema()`.execute(db);
  const tablesOfTenants = new Set(tables.filter((table) => table.of_tenant).map(({ name }) => name));
  return {
    tablesOfTenants,
    lines: [
      ...wholeGrants.map(({ table, role, command }) => grantLine(table, role, command, undefined)),
      ...columnGrants.map(({ table, role, command, columns }) => grantLine(table, role, command, columns)),
      ...policies.map((policy) =>
        policyLine(policy.table, policy.roles.join(', '), policy.command, rowsOf(policy)),
      ),
      ...tables.filter((table) => table.secured && table.forced).map(({ name }) => forcedLine(name)),
    ].sort(),
    faults: tables.flatMap((table) => faultsOf(table, roles)),
  };
}

/** `tenant` or `all`; any other condition is given as it is, so that it equals no expected line. */
function rowsOf({ command, condition }: { readonly command: string; readonly condition: string }): string {
  // An update has a condition for the rows it finds and one for the rows it leaves.
  const parts = command === 'update' ? 2 : 1;
  const printed = (part: string): string => ['PERMISSIVE', ...Array<string>(parts).fill(part)].join(' / ');
  if (condition === printed('true')) return 'all';
  return condition === printed(tenantPrinted) ? 'tenant' : condition;
}

function faultsOf(table: TableRow, roles: readonly string[]): readonly string[] {
  const { name, owner } = table;
  return [
    ...(table.of_tenant && !(table.secured && table.forced)
      ? [`Table ${name} has tenant_id and no forced row security.`]
      : []),
    ...(roles.includes(owner) ? [`Table ${name} is owned by ${owner}, a role of services.`] : []),
    ...(table.open ? [`Table ${name} is granted to everybody (PUBLIC).`] : []),
  ];
}
