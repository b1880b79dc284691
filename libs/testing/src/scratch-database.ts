import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** A database for one test file. */
export interface ScratchDatabase {
  readonly url: string;
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
  const own = new URL(url);
  own.pathname = `/${name}`;
  await prepare(own.href);
  return { url: own.href, drop: () => execute(url, `drop database ${name} with (force)`) };
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
