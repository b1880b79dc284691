import { createClient, type Client } from '@docfleet/client';
import type { Shell } from '../shell.ts';
import { findConnection, loginFileOf, type Connection } from './connection.ts';

/** How long a fleet that does not answer is tried again by a command, in milliseconds. */
const patienceMs = 30_000;

/** The client of a connection. Calls that are to end with Ctrl-C carry the shell's signal. */
export function clientOf({ api, apiKey }: Connection): Client {
  return createClient({ api, apiKey, patienceMs });
}

/** @throws ConnectionProblem */
export function openClient({ environment, homeFolder, endpointsFile }: Shell): Client {
  const loginFile = loginFileOf(environment, homeFolder);
  return clientOf(findConnection({ environment, loginFile, endpointsFile }));
}
