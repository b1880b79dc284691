import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { guard } from './database-failure.ts';
import { migrate } from './migrate.ts';

/** A database for one trial, and how to drop it. */
export interface ScratchDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Creates a database with a random name on the server of `url`; the name ends the path of the new url. */
export async function createScratchDatabase(
  url: string,
  options: { readonly migrated: boolean } = { migrated: true },
): Promise<ScratchDatabase> {
  const name = `docfleet_scratch_${randomUUID().replaceAll('-', '')}`;
  const onServer = (statement: string): Promise<void> =>
    guard(async () => {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
      await client.connect();
      try {
        await client.query(statement);
      } finally {
        await client.end();
      }
    });
  await onServer(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  if (options.migrated) await migrate(own.href);
  return { url: own.href, drop: () => onServer(`drop database ${name} with (force)`) };
}
