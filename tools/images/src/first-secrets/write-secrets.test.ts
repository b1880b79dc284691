import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeSecrets } from './write-secrets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-secrets-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

test('O-09: a second start keeps the secrets of the first', () => {
  writeSecrets(folder);
  const before = ['secrets.json', 'gateway/DATABASE_REQUEST_URL', 'gateway/FLEET_PROOF_PRIVATE_KEY'].map(
    read,
  );
  writeSecrets(folder);
  expect(
    ['secrets.json', 'gateway/DATABASE_REQUEST_URL', 'gateway/FLEET_PROOF_PRIVATE_KEY'].map(read),
  ).toEqual(before);
});

test('O-09: an installation that lacks a secret of a later release gets it', () => {
  writeSecrets(folder);
  const older = Object.fromEntries(
    Object.entries(JSON.parse(read('secrets.json')) as Record<string, string>).filter(
      ([name]) => name !== 'retention',
    ),
  );
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify(older));
  writeSecrets(folder);
  const now = JSON.parse(read('secrets.json')) as Record<string, string>;
  expect(now).toMatchObject(older);
  expect(now['retention']).toMatch(/^[\w-]{32}$/);
});

test('O-09: all values together can be read by their owner alone', () => {
  writeSecrets(folder);
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
});

test('O-09: no two secrets are the same', () => {
  writeSecrets(folder);
  const values = Object.values(JSON.parse(read('secrets.json')) as Record<string, string>);
  expect(new Set(values).size).toBe(values.length);
});
