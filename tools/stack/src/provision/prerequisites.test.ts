import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { explainMissing, prerequisites } from './prerequisites.ts';

test('one message names everything that is missing and how to get it', () => {
  expect(explainMissing([prerequisites.maven, prerequisites.postgresql])).toBe(
    [
      'This machine lacks what the local servers need:',
      '  - Maven (mvn); or give KAFKA_BROKERS, SCHEMA_REGISTRY_URL',
      '  - PostgreSQL 13 or newer (initdb, postgres); or give DATABASE_URL',
      'On Debian or Ubuntu these commands bring it (or run this command as root once):',
      '  sudo apt-get update',
      '  sudo apt-get install --no-install-recommends maven postgresql',
    ].join('\n'),
  );
});

test('the README names everything that must come from the system', () => {
  const readme = readFileSync(resolve(import.meta.dirname, '../../../../README.md'), 'utf8');
  const names = Object.values(prerequisites).map(({ title }) => title.replace(/ \(.*/, ''));
  expect(names.filter((name) => !readme.includes(name))).toEqual([]);
});
