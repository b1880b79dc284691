import { CamelCasePlugin, Kysely, PostgresDialect, sql, type PostgresPool, type Transaction } from 'kysely';
import pg from 'pg';
import { guard, sqlState, toDatabaseError } from './database-failure.ts';
import type { Tables } from './tables.ts';

/** What statements run on: the database, or a transaction in it. */
export type Session = Kysely<Tables> | Transaction<Tables>;

/** A pool of connections. Every method of the repositories throws `DATABASE_UNAVAILABLE` when it cannot be reached. */
export interface Database {
  readonly session: Session;
  /** Commits when `work` resolves; an error of `work` rolls back and is rethrown. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Resolves when the database answers and has the tables. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connections at most, default 4: many small processes share one server. */
  readonly poolSize?: number;
  /** Time to get a connection, in milliseconds, default 3,000. */
  readonly connectTimeoutMs?: number;
  /** Time a statement may take, in milliseconds, default 10,000. */
  readonly statementTimeoutMs?: number;
}

/** Opens lazily: the first statement connects, so a server that is not up yet does not stop the process. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000;
  const pool = new pg.Pool({
    connectionString: url,
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
    dialect: new PostgresDialect({ pool: discardBroken(pool) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  return {
    session,
    transaction: (work) => inTransaction(session, work),
    ready: () =>
      guard(async () => {
        await sql`select 1 from runs limit 1`.execute(session);
      }),
    close: () => session.destroy(),
  };
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

/**
 * A pool that closes a connection whose statement failed without an answer of the server, instead of reusing it: the
 * statement may still be running, and later ones would wait for it.
 */
function discardBroken(pool: pg.Pool): PostgresPool {
  const connect = async () => {
    const client = await pool.connect();
    let broken = false;
    // A connection that breaks between two statements emits `error`; without a listener it would end the process.
    const onError = (): void => {
      broken = true;
    };
    client.on('error', onError);
    return {
      query: async (text: string, values: unknown[]) => {
        try {
          return await client.query(text, values);
        } catch (error) {
          broken ||= sqlState(error) === undefined;
          throw error;
        }
      },
      release: (destroy?: boolean) => {
        client.release(broken || destroy === true);
        client.off('error', onError);
      },
    };
  };
  // Kysely's type also has cursors, which are not used here.
  return {
    connect: connect as unknown as PostgresPool['connect'],
    end: () => pool.end(),
    options: pool.options,
  };
}
