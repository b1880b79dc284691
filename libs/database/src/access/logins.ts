import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Connection } from '@docfleet/connections';
import pg from 'pg';
import { addressOf } from '../open-database.ts';
import { databaseRoles, roleName } from './access-list.ts';

/**
 * Lets the roles of services log in with the names and passwords of `urls`. A URL that connects already is left alone,
 * and so is a login of another name, which the server's administrator has made. Returns the roles that were changed.
 *
 * @throws Error that names the login that cannot connect
 */
export async function allowLogins(
  ownerUrl: string,
  urls: readonly string[],
  connection: Connection = {},
): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const url of urls) {
    const refusal = await connectionRefusal(url, connection);
    if (refusal === undefined) continue;
    const { username, password } = new URL(url);
    const role = databaseRoles.map(roleName).find((name) => name === decodeURIComponent(username));
    if (role === undefined) {
      throw new Error(`The login ${username} cannot connect: ${refusal}. Create it as a member of its role.`);
    }
    await setPassword(addressOf(ownerUrl, connection), role, decodeURIComponent(password));
    changed.push(role);
  }
  return changed;
}

async function setPassword(owner: pg.ClientConfig, role: string, password: string): Promise<void> {
  const client = new pg.Client({ ...owner, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    // The verifier instead of the password, because servers write statements to their logs.
    const verifier = client.escapeLiteral(scramVerifier(password));
    await client.query(`alter role ${client.escapeIdentifier(role)} login password ${verifier}`);
  } catch (cause) {
    throw new Error(
      `The login of DATABASE_URL may not set the password of ${role}. Let an administrator of the server run: ` +
        `alter role ${role} login password '...';`,
      { cause },
    );
  } finally {
    await client.end();
  }
}

/** Why the URL does not connect; undefined when it does. */
async function connectionRefusal(url: string, connection: Connection): Promise<string | undefined> {
  const client = new pg.Client({ ...addressOf(url, connection), connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const iterations = 4096;

/**
 * What PostgreSQL stores for a password (RFC 5802 and 7677). Generated passwords are ASCII; for others PostgreSQL
 * normalises with SASLprep, which `normalize` equals for text without forbidden characters.
 */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const keyOf = (name: string): Buffer => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  const server = keyOf('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`;
}
