import { Kysely, PostgresDialect } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import pg from 'pg';
import { toDatabaseError } from './database-failure.ts';
import * as initial from './migrations/0001-initial.ts';
import * as operators from './migrations/0002-operators.ts';

/** In order; names never change once released. A new one goes to the end. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0002-operators': operators,
};

/** Any number, the same in every process: holders of this advisory lock migrate one at a time. */
const lockKey = 7_364_120_551;

/**
 * Brings the schema up to date and returns the names of the migrations that ran now. Safe to call from several
 * processes at once: the others wait, and then have nothing to run.
 *
 * @throws FailureError `DATABASE_UNAVAILABLE`
 */
export async function migrate(url: string): Promise<readonly string[]> {
  const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 5_000 });
  pool.on('error', () => undefined);
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const lock = await pool.connect();
    try {
      await lock.query('select pg_advisory_lock($1)', [lockKey]);
      return await runMigrations(db);
    } finally {
      // Closing the session releases its lock, whatever happened before.
      lock.release(true);
    }
  } catch (error) {
    throw toDatabaseError(error);
  } finally {
    await db.destroy();
  }
}

async function runMigrations(db: Kysely<unknown>): Promise<readonly string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('migration failed');
  return (results ?? [])
    .filter((result) => result.status === 'Success')
    .map((result) => result.migrationName);
}
