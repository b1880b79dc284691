import type { Connection } from '@docfleet/connections';
import { FailureError } from '@docfleet/domain';
import type { Breaker } from '@docfleet/resilience';
import { CamelCasePlugin, Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { DatabaseRole } from './access/access-list.ts';
import { loginProblem } from './access/check-login.ts';
import { guard, toDatabaseError } from './database-failure.ts';
import { guardedPool } from './guarded-pool.ts';
import type { Tables } from './tables.ts';

/** What statements run on: the database, or a transaction in it. */
export type Session = Kysely<Tables> | Transaction<Tables>;

/** A pool of connections. Every method of the repositories throws `DATABASE_UNAVAILABLE` when it cannot be reached. */
export interface Database {
  readonly session: Session;
  /** Commits when `work` resolves; an error of `work` rolls back and is rethrown. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * A transaction that sees and writes rows of one tenant only, by row security. Errors as in `transaction`.
   */
  asTenant<T>(tenantId: string, work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * Runs `work` while no other session holds the advisory lock `name`; undefined, without running it, while one does.
   * A connection that breaks gives the lock up without ending `work`, which must be safe to run twice.
   */
  whileLocked<T>(name: string, work: () => Promise<T>): Promise<T | undefined>;
  /** Resolves when the database answers, has the tables, and its login may serve as the role. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** TLS, where failures to connect are reported, and limits. */
export interface DatabaseOptions extends Connection {
  /** The role whose rights the login must have, and no further ones; `ready` rejects otherwise. Absent: any login. */
  readonly role?: DatabaseRole;
  /** Connections at most, default 4: many small processes share one server. */
  readonly poolSize?: number;
  /** Time to get a connection, in milliseconds, default 3,000. */
  readonly connectTimeoutMs?: number;
  /** Time a statement may take, in milliseconds, default 10,000. */
  readonly statementTimeoutMs?: number;
  /** Around every use of a connection: while it is open, every call throws `DATABASE_UNAVAILABLE` at once. */
  readonly breaker?: Pick<Breaker, 'run'> | undefined;
}

/** Opens lazily: the first statement connects, so a server that is not up yet does not stop the process. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000;
  const pool = new pg.Pool({
    ...addressOf(url, options),
    max: options.poolSize ?? 4,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 3_000,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 3 * statementTimeoutMs,
    // Reached only when the network is dead: otherwise the server cancels the statement first.
    query_timeout: statementTimeoutMs + 5_000,
    keepAlive: true,
    application_name: 'docfleet',
    types: { getTypeParser },
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  const session = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: guardedPool(pool, options) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  return {
    session,
    transaction: (work) => inTransaction(session, work),
    asTenant: (tenantId, work) =>
      inTransaction(session, async (transaction) => {
        if (tenantId === '') throw new Error('A transaction of a tenant needs its id');
        await guard(() => sql`select set_config('app.tenant', ${tenantId}, true)`.execute(transaction));
        return work(transaction);
      }),
    whileLocked: (name, work) => session.connection().execute((held) => runLocked(held, name, work)),
    ready: () => guard(() => checkReady(session, options.role)),
    close: () => session.destroy(),
  };
}

async function runLocked<T>(
  held: Kysely<Tables>,
  name: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const { rows } = await guard(() =>
    sql<{ locked: boolean }>`select pg_try_advisory_lock(hashtextextended(${name}, 0)) as locked`.execute(
      held,
    ),
  );
  if (rows[0]?.locked !== true) return undefined;
  try {
    return await work();
  } finally {
    await guard(() => sql`select pg_advisory_unlock(hashtextextended(${name}, 0))`.execute(held));
  }
}

async function checkReady(session: Session, role: DatabaseRole | undefined): Promise<void> {
  await sql`select run_id from runs limit 1`.execute(session);
  const problem = role === undefined ? undefined : await loginProblem(session, role);
  if (problem === undefined) return;
  const cause = new Error(`The database connection may not be used: ${problem} (docs/database.md).`);
  throw new FailureError('DATABASE_UNAVAILABLE', {}, { cause });
}

/**
 * Address and TLS for the driver. It would let `ssl` parameters of the URL take the place of the given TLS, so they are
 * left out.
 */
export function addressOf(
  url: string,
  { tls }: Connection,
): Pick<pg.ClientConfig, 'connectionString' | 'ssl'> {
  if (tls === undefined) return { connectionString: url };
  const bare = new URL(url);
  for (const name of [...bare.searchParams.keys()])
    if (name.startsWith('ssl')) bare.searchParams.delete(name);
  return { connectionString: bare.href, ssl: { ...tls } };
}

/** Errors of `work` are rethrown unchanged; errors of begin and commit are translated. */
async function inTransaction<T>(session: Kysely<Tables>, work: (session: Session) => Promise<T>): Promise<T> {
  const failed: { error?: unknown } = {};
  try {
    return await session.transaction().execute(async (transaction) => {
      try {
        return await work(transaction);
      } catch (error) {
        failed.error = error;
        throw error;
      }
    });
  } catch (error) {
    throw error === failed.error ? error : toDatabaseError(error);
  }
}

const int8 = 20;
const timestamptz = 1184;

type ParserOf = (oid: number, format?: 'text' | 'binary') => (value: string) => unknown;

/** The driver's own parsers; its type names only built-in types, while servers have others as well. */
const parserOf = pg.types.getTypeParser as ParserOf;

/** 64-bit numbers as bigint, times as milliseconds since the epoch, the rest as the driver has it. */
const getTypeParser: ParserOf = (oid, format) => {
  const parse = parserOf(oid, format);
  if (format === 'binary') return parse;
  if (oid === int8) return BigInt;
  if (oid !== timestamptz) return parse;
  return (value) => {
    const parsed = parse(value);
    return parsed instanceof Date ? parsed.getTime() : parsed;
  };
};
