import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import {
  ConnectionProblem,
  findConnection,
  loginFileOf,
  removeConnection,
  storeConnection,
} from './connection.ts';

const folder = mkdtempSync(join(tmpdir(), 'docfleet-login-'));
const loginFile = loginFileOf({ XDG_CONFIG_HOME: folder }, '/home/nobody');
const endpointsFile = join(folder, 'endpoints.json');
const find = (environment: Record<string, string> = {}) =>
  findConnection({ environment, loginFile, endpointsFile });
const of = (name: string) => ({ api: `http://${name}.example`, apiKey: `key of ${name}` });

beforeEach(() => {
  rmSync(loginFile, { force: true });
  writeFileSync(endpointsFile, JSON.stringify({ ...of('local'), broker: 'more than a connection' }));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('the environment comes first, then what login stored, then the local stack', () => {
  storeConnection(loginFile, of('stored'));
  const environment = { DOCFLEET_API: of('given').api, DOCFLEET_API_KEY: of('given').apiKey };
  expect(find(environment)).toEqual(of('given'));
  expect(find()).toEqual(of('stored'));
  expect(removeConnection(loginFile)).toBe(true);
  expect(removeConnection(loginFile)).toBe(false);
  expect(find()).toEqual(of('local'));
});

test('a login is stored for its owner alone, also over a file that others could read', () => {
  storeConnection(loginFile, of('first'));
  chmodSync(loginFile, 0o644);
  expect(() => find()).toThrow(/others can read it: chmod 600/);
  writeFileSync(`${loginFile}.${process.pid}`, 'left by a process that was killed', { mode: 0o644 });
  storeConnection(loginFile, of('second'));
  expect(statSync(loginFile).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'docfleet')).mode & 0o777).toBe(0o700);
  expect(JSON.parse(readFileSync(loginFile, 'utf8'))).toEqual(of('second'));
});

test('half a connection, no connection and a file that holds none each say what to do', () => {
  expect(() => find({ DOCFLEET_API_KEY: 'k' })).toThrow('belong together');
  expect(() => find({ DOCFLEET_API: 'gateway', DOCFLEET_API_KEY: 'k' })).toThrow(ConnectionProblem);
  const copied = { DOCFLEET_API: of('given').api, DOCFLEET_API_KEY: 'first line\nsecond' };
  expect(() => find(copied)).toThrow('a character that no key has');
  rmSync(endpointsFile);
  expect(() => find()).toThrow('No fleet is known. Start one here');
  storeConnection(loginFile, of('stored'));
  writeFileSync(loginFile, '{');
  expect(() => find()).toThrow('holds no connection. Remove it');
});

test('the folder for configuration is that of XDG, and not a relative path', () => {
  expect(loginFileOf({}, '/home/a')).toBe('/home/a/.config/docfleet/login.json');
  expect(loginFileOf({ XDG_CONFIG_HOME: 'x' }, '/home/a')).toBe('/home/a/.config/docfleet/login.json');
  expect(loginFileOf({ XDG_CONFIG_HOME: '/x' }, '/home/a')).toBe('/x/docfleet/login.json');
});
