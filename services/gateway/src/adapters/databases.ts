import { databaseConnection, type ConnectionProblems } from '@docfleet/connections';
import { openDatabase, type Database, type DatabaseOptions } from '@docfleet/database';
import type { GatewaySettings } from '../config.ts';

/** Connections of the roles beside `docfleet_request`, which serves nearly all calls. */
const furtherPoolSize = 2;

/** The database as each role that the gateway acts as. */
export interface Databases {
  /** Calls of tenants. */
  readonly request: Database;
  /** What the gateway does by itself: publishing submissions again. */
  readonly pipeline: Database;
  /** Calls of fleet roles, and looking keys up. */
  readonly operator: Database;
  /** Resolves when all three can be used. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export function openDatabases(
  settings: GatewaySettings,
  problems: Pick<ConnectionProblems, 'reporterOf'>,
  breaker: DatabaseOptions['breaker'],
): Databases {
  const request = openDatabase(settings.DATABASE_REQUEST_URL, {
    ...databaseConnection(settings, 'DATABASE_REQUEST_URL', problems),
    role: 'request',
    breaker,
    poolSize: settings.DATABASE_POOL_SIZE,
  });
  const pipeline = openDatabase(settings.DATABASE_PIPELINE_URL, {
    ...databaseConnection(settings, 'DATABASE_PIPELINE_URL', problems),
    role: 'pipeline',
    breaker,
    poolSize: furtherPoolSize,
  });
  const operator = openDatabase(settings.DATABASE_OPERATOR_URL, {
    ...databaseConnection(settings, 'DATABASE_OPERATOR_URL', problems),
    role: 'operator',
    breaker,
    poolSize: furtherPoolSize,
  });
  const all = [request, pipeline, operator];
  return {
    request,
    pipeline,
    operator,
    ready: async () => {
      await Promise.all(all.map((database) => database.ready()));
    },
    close: async () => {
      await Promise.all(all.map((database) => database.close()));
    },
  };
}
