import { accessList, databaseRoles, roleName, type DatabaseRole, type TableAccess } from './access-list.ts';

/** Commands that a grant and a policy are about. */
export const commands = ['select', 'insert', 'update', 'delete'] as const;
export type TableCommand = (typeof commands)[number];

/** The condition of a policy by tenant: an unset or empty `app.tenant` equals no tenant. */
export const tenantCondition = `tenant_id = nullif(current_setting('app.tenant', true), '')`;

export interface Rule {
  readonly table: string;
  readonly role: DatabaseRole;
  readonly command: TableCommand;
  readonly rows: TableAccess['rows'];
  /** Undefined: all columns. */
  readonly columns: readonly string[] | undefined;
}

/** The access list, one command of one role on one table at a time. */
export function rulesOf(list: typeof accessList = accessList): readonly Rule[] {
  return Object.entries(list).flatMap(([table, byRole]) =>
    databaseRoles.flatMap((role) => {
      const access = byRole[role];
      if (access === undefined) return [];
      return commands.flatMap((command): readonly Rule[] => {
        const given = access[command];
        if (given === undefined) return [];
        const { rows } = access;
        return [{ table, role, command, rows, columns: given === true ? undefined : given }];
      });
    }),
  );
}

/** A grant as one line of text. */
export function grantLine(
  table: string,
  role: string,
  command: string,
  columns: readonly string[] | undefined,
): string {
  const which = columns === undefined ? '' : ` of ${[...columns].sort().join(', ')}`;
  return `${table}: ${role} may ${command}${which}`;
}

/** A policy as one line of text. */
export function policyLine(table: string, role: string, command: string, rows: string): string {
  const which = rows === 'all' ? 'of all tenants' : rows === 'tenant' ? 'of its tenant' : `where ${rows}`;
  return `${table}: ${role} may ${command} rows ${which}`;
}

/** A table under row security as one line of text. */
export function forcedLine(table: string): string {
  return `${table}: row security is forced`;
}

/** Grants, policies and forced row security as the database should have them, sorted. */
export function expectedLines(tablesOfTenants: ReadonlySet<string>): readonly string[] {
  const lines = rulesOf().flatMap(({ table, role, command, rows, columns }) => [
    grantLine(table, roleName(role), command, columns),
    ...(tablesOfTenants.has(table) ? [policyLine(table, roleName(role), command, rows)] : []),
  ]);
  return [...lines, ...[...tablesOfTenants].map(forcedLine)].sort();
}
