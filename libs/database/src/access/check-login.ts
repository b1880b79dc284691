import { sql, type Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import { databaseRoles, roleName, type DatabaseRole } from './access-list.ts';

/**
 * Why the session's login may not serve as `role`; undefined when it may. A login that is a superuser, bypasses row
 * security, owns tables, or has a further role would reach rows that `role` must not reach.
 */
export async function loginProblem(session: Kysely<Tables>, role: DatabaseRole): Promise<string | undefined> {
  const names = databaseRoles.map(roleName);
  const { rows } = await sql<{
    login: string;
    unlimited: boolean;
    ownedTables: boolean;
    memberOf: string[];
  }>`
    select r.rolname as login, r.rolsuper or r.rolbypassrls as unlimited,
      exists (select from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')
        and c.relnamespace = current_schema()::regnamespace) as owned_tables,
      array(select g.rolname::text from pg_roles g
        where g.rolname = any(${names}) and pg_has_role(r.oid, g.oid, 'member') order by 1) as member_of
    from pg_roles r where r.rolname = current_user`.execute(session);
  const [found] = rows;
  if (found === undefined) return 'the database does not name its login';
  const { login, unlimited, ownedTables, memberOf } = found;
  const wanted = roleName(role);
  if (unlimited) return `its login ${login} bypasses row security; give the URL of ${wanted}`;
  if (ownedTables) return `its login ${login} owns tables; give the URL of ${wanted}`;
  if (memberOf.length !== 1 || memberOf[0] !== wanted) {
    return `its login ${login} has the roles (${memberOf.join(', ')}) instead of ${wanted} alone`;
  }
  return undefined;
}
