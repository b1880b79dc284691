import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeJson } from './json-file.ts';
import { createSecrets, readState } from './state.ts';

it('adds the secrets that an instance of an earlier version has not, and keeps the others', () => {
  const folder = mkdtempSync(join(tmpdir(), 'docfleet-state-'));
  try {
    const { operatorKey, databasePasswords, ...earlier } = createSecrets();
    const path = join(folder, 'state.json');
    writeJson(path, { ports: {}, secrets: earlier });
    const secrets = readState(path)?.secrets;
    expect(secrets).toMatchObject(earlier);
    expect(secrets?.operatorKey).toMatch(/^dev_.{32}$/);
    expect(Object.keys(secrets?.databasePasswords ?? {})).toEqual(Object.keys(databasePasswords));
    expect(secrets?.operatorKey).not.toBe(operatorKey);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
