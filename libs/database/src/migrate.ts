import type { Connection } from '@docfleet/connections';
import { Kysely, PostgresDialect } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import pg from 'pg';
import { applyAccess, MissingRoles } from './access/apply-access.ts';
import { toDatabaseError } from './database-failure.ts';
import { addressOf } from './open-database.ts';
import * as initial from './migrations/0001-initial.ts';
import * as operators from './migrations/0002-operators.ts';
import * as setAside from './migrations/0003-set-aside.ts';
import * as listsAndEndings from './migrations/0004-lists-and-endings.ts';
import * as roles from './migrations/0005-roles.ts';
import * as outbox from './migrations/0006-outbox.ts';
import * as retention from './migrations/0007-retention.ts';
import * as auditLists from './migrations/0008-audit-lists.ts';
import * as tenantEvents from './migrations/0009-tenant-events.ts';
import * as batches from './migrations/0010-batches.ts';
import * as webhooks from './migrations/0011-webhooks.ts';
import * as progress from './migrations/0012-progress.ts';
import * as auditChain from './migrations/0013-audit-chain.ts';
import * as quotas from './migrations/0014-quotas.ts';
import * as optionsAndOpenBatches from './migrations/0015-options-and-open-batches.ts';
import * as review from './migrations/0016-review.ts';
import * as reviewPolicies from './migrations/0017-review-policies.ts';

/** In order; names never change once released. A new one goes to the end. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0002-operators': operators,
  '0003-set-aside': setAside,
  '0004-lists-and-endings': listsAndEndings,
  '0005-roles': roles,
  '0006-outbox': outbox,
  '0007-retention': retention,
  '0008-audit-lists': auditLists,
  '0009-tenant-events': tenantEvents,
  '0010-batches': batches,
  '0011-webhooks': webhooks,
  '0012-progress': progress,
  '0013-audit-chain': auditChain,
  '0014-quotas': quotas,
  '0015-options-and-open-batches': optionsAndOpenBatches,
  '0016-review': review,
  '0017-review-policies': reviewPolicies,
};

/** Any number, the same in every process: holders of this advisory lock migrate one at a time. */
const lockKey = 7_364_120_551;

/**
 * Brings tables, roles and rights up to date and returns the names of the migrations that ran now. Safe to call from
 * several processes at once: the others wait, and then have nothing to run. `url` names the owner of the tables.
 *
 * @throws FailureError `DATABASE_UNAVAILABLE`, or MissingRoles where the owner may not create roles
 */
export async function migrate(url: string, connection: Connection = {}): Promise<readonly string[]> {
  const pool = new pg.Pool({ ...addressOf(url, connection), max: 2, connectionTimeoutMillis: 5_000 });
  pool.on('error', () => undefined);
  // An owner that is no superuser is under row security, too: a migration that would miss rows fails instead.
  pool.on('connect', (client) => {
    client.query('set row_security = off').catch(() => undefined);
  });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const lock = await pool.connect();
    try {
      await lock.query('select pg_advisory_lock($1)', [lockKey]);
      const ran = await runMigrations(db);
      await applyAccess(db);
      return ran;
    } finally {
      // Closing the session releases its lock, whatever happened before.
      lock.release(true);
    }
  } catch (error) {
    if (error instanceof MissingRoles) throw error;
    connection.onFailure?.(error);
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
