import type { Session } from '@docfleet/database';
import { sql, type RawBuilder } from 'kysely';

interface Column {
  readonly tableName: string;
  readonly columnName: string;
  readonly dataType: string;
  readonly required: boolean;
}

/** Of whom, and from when: every time in the rows, in milliseconds since the epoch. */
export interface RowOwner {
  readonly tenantId: string;
  /** Stands in every number: two tenants have different ones. */
  readonly number: number;
  readonly at: number;
}

/** What a rule about the table demands: everything that can end has ended. */
const given: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  api_keys: { role: 'viewer' },
  erasures: { state: 'done' },
  outcomes: { state: 'published' },
  review_decisions: { kind: 'approve' },
  review_tasks: { state: 'decided', holder: 'key-1' },
  runs: { lane: 'normal' },
  webhook_deliveries: { state: 'delivered' },
  webhook_endpoints: { disabled_reason: 'caller' },
};

/** Tables that others refer to come first. */
const first = ['tenants', 'batches', 'review_tasks'];

/** The tables that belong to tenants, by the catalogue. */
export async function tablesOfTenants(session: Session): Promise<readonly string[]> {
  const { rows } = await sql<{ tableName: string }>`
    select table_name from information_schema.columns
    where table_schema = 'public' and column_name = 'tenant_id' order by 1`.execute(session);
  const names = rows.map(({ tableName }) => tableName);
  return [...first, ...names.filter((name) => !first.includes(name))];
}

/**
 * Adds a row to each of these tables, with every time and what must not be null. Its texts are the id of the tenant, so
 * that the rows belong together: they are about one run, batch and delivery of that id.
 */
export async function addRows(session: Session, tables: readonly string[], owner: RowOwner): Promise<void> {
  for (const table of tables) {
    const { rows: columns } = await sql<Column>`
      select table_name, column_name, data_type, is_nullable = 'NO' and column_default is null
        and is_identity = 'NO' as required
      from information_schema.columns where table_schema = 'public' and table_name = ${table}
      order by ordinal_position`.execute(session);
    const used = columns.filter(
      ({ required, dataType, columnName }) =>
        required ||
        isTime(dataType) ||
        columnName === 'tenant_id' ||
        columnName === 'run_id' ||
        columnName in (given[table] ?? {}),
    );
    await sql`
      insert into ${sql.table(table)} (${sql.join(used.map(({ columnName }) => sql.ref(columnName)))})
      values (${sql.join(used.map((column) => valueOf(column, owner)))})`.execute(session);
  }
}

/** The tables among these that have a row of the tenant. */
export async function tablesWithRows(
  session: Session,
  tables: readonly string[],
  tenantId: string,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const table of tables) {
    const { rows } = await sql`
      select from ${sql.table(table)} where tenant_id = ${tenantId} limit 1`.execute(session);
    if (rows.length > 0) found.push(table);
  }
  return found.sort();
}

function isTime(dataType: string): boolean {
  return dataType.startsWith('timestamp');
}

function valueOf({ tableName, columnName, dataType }: Column, owner: RowOwner): RawBuilder<unknown> {
  const fixed = given[tableName]?.[columnName];
  if (fixed !== undefined) return sql`${fixed}`;
  if (isTime(dataType)) return sql`${new Date(owner.at)}::timestamptz`;
  switch (dataType) {
    case 'text':
      return sql`${owner.tenantId}`;
    case 'integer':
    case 'bigint':
      return sql`${owner.number}`;
    case 'jsonb':
      return sql`'{}'::jsonb`;
    case 'bytea':
      return sql`'words'::bytea`;
    case 'double precision':
      return sql`${owner.number}`;
    case 'boolean':
      return sql`true`;
    case 'ARRAY':
      return sql`'{}'`;
    default:
      throw new Error(`There is no value for ${tableName}.${columnName}: ${dataType}`);
  }
}
