import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { endpoints, type TestEndpoints } from './endpoints.ts';

/** A database for one test file. */
export interface ScratchDatabase {
  /** For the owner of its tables, a superuser. */
  readonly url: string;
  /** For a role that services act as. The role has rights once the tables are created. */
  urlFor(role: keyof TestEndpoints['databaseRoles']): string;
  drop(): Promise<void>;
}

/**
 * Creates a database with a random name on the server of `url`, and passes its URL to `prepare`, which may create its
 * tables (`migrate` of `@docfleet/database`).
 *
 * @throws what the server or `prepare` throws
 */
export async function createScratchDatabase(
  url: string,
  prepare: (url: string) => Promise<unknown> = () => Promise.resolve(),
): Promise<ScratchDatabase> {
  const name = `docfleet_scratch_${randomUUID().replaceAll('-', '')}`;
  await execute(url, `create database ${name}`);
  const own = inDatabase(url, name);
  await prepare(own);
  return {
    url: own,
    urlFor: (role) => inDatabase(endpoints().databaseRoles[role], name),
    drop: () => execute(url, `drop database ${name} with (force)`),
  };
}

function inDatabase(url: string, name: string): string {
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
