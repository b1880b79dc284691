import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '@docfleet/config';
import { z } from 'zod';

/** A fleet and a key for it. */
export interface Connection {
  readonly api: string;
  readonly apiKey: string;
}

/** A connection cannot be made; the message says what to do. */
export class ConnectionProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConnectionProblem';
  }
}

const connectionSchema = z.object({ api: z.url(), apiKey: z.string().min(1) });

/** Where `login` stores a connection (XDG Base Directory Specification). */
export function loginFileOf(environment: Environment, homeFolder: string): string {
  const base = environment['XDG_CONFIG_HOME'];
  // A relative path is ignored, as the specification says.
  const folder = base?.startsWith('/') === true ? base : join(homeFolder, '.config');
  return join(folder, 'docfleet/login.json');
}

/**
 * The connection of the environment, else of `login`, else of the local stack.
 *
 * @throws ConnectionProblem when there is none, or half of one
 */
export function findConnection(places: {
  readonly environment: Environment;
  readonly loginFile: string;
  /** Of the local stack. */
  readonly endpointsFile: string;
}): Connection {
  const { environment, loginFile } = places;
  const api = environment['DOCFLEET_API'];
  const apiKey = environment['DOCFLEET_API_KEY'];
  if (api !== undefined && apiKey !== undefined) return checked({ api, apiKey }, 'DOCFLEET_API');
  if (api !== undefined || apiKey !== undefined) {
    throw new ConnectionProblem('DOCFLEET_API and DOCFLEET_API_KEY belong together: one of them is not set.');
  }
  const stored = readConnection(loginFile);
  if (stored !== undefined) {
    refuseOpenFile(loginFile);
    return stored;
  }
  const local = readConnection(environment['DOCFLEET_ENDPOINTS'] ?? places.endpointsFile);
  if (local !== undefined) return local;
  throw new ConnectionProblem(
    'No fleet is known. Start one here (npm start -- --keep), or name one: docfleet login --api <url>, or DOCFLEET_API and DOCFLEET_API_KEY.',
  );
}

/** Stores a connection so that only its owner can read it, whole or not at all. */
export function storeConnection(file: string, connection: Connection): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  // A file that was left here would keep the mode that it has.
  rmSync(draft, { force: true });
  const text = `${JSON.stringify(checked(connection, '--api'), null, 2)}\n`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  renameSync(draft, file);
}

/** Removes what was stored; gives whether there was something. */
export function removeConnection(file: string): boolean {
  const isThere = statSync(file, { throwIfNoEntry: false }) !== undefined;
  rmSync(file, { force: true });
  return isThere;
}

function checked(connection: Connection, what: string): Connection {
  const { success } = connectionSchema.safeParse(connection);
  if (!success || !/^https?:\/\//.test(connection.api)) {
    throw new ConnectionProblem(
      `${what} is the address of a fleet, such as https://docfleet.example, and a key with it.`,
    );
  }
  if (!/^[\x20-\x7e]+$/.test(connection.apiKey)) {
    throw new ConnectionProblem(
      'The key holds a character that no key has, such as a line break: copy it again.',
    );
  }
  return connection;
}

/** @throws ConnectionProblem for a file that is there and holds no connection */
function readConnection(file: string): Connection | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return connectionSchema.parse(JSON.parse(text));
  } catch {
    throw new ConnectionProblem(`${file} holds no connection. Remove it, and log in again.`);
  }
}

/** A key that others can read is not used. */
function refuseOpenFile(file: string): void {
  if ((statSync(file).mode & 0o077) === 0) return;
  throw new ConnectionProblem(`${file} holds a key, and others can read it: chmod 600 ${file}`);
}
