import {
  cacheSettings,
  databaseConnectionSettings,
  httpSettings,
  kafkaSettings,
  objectSettings,
} from '@docfleet/config';
import { expect, test } from 'vitest';
import { readFile } from './repository-files.ts';

/** Settings that say nothing about how a connection is protected. */
const elsewhere = new Set([
  'KAFKA_BROKERS',
  'S3_REGION',
  'S3_BUCKET',
  'S3_FORCE_PATH_STYLE',
  'HTTP_HOST',
  'HTTP_PORT',
  'DATABASE_POOL_SIZE',
]);

/** `KAFKA_TLS_CA_FILE` stands on the page as `P_TLS_CA_FILE`, with `KAFKA` among the values of P. */
function namesOnPage(setting: string): readonly string[] {
  const [, prefix, name] = /^(?!HTTP)(\w+?)_TLS_(\w+)$/.exec(setting) ?? [];
  return prefix === undefined || name === undefined ? [setting] : [prefix, `P_TLS_${name}`];
}

test('docs/connections.md has every setting of connections', () => {
  const page = readFile('docs/connections.md');
  const groups = {
    ...kafkaSettings,
    ...databaseConnectionSettings,
    ...cacheSettings,
    ...objectSettings,
    ...httpSettings,
  };
  const settings = Object.keys(groups).filter((name) => !elsewhere.has(name));
  expect(settings.length).toBeGreaterThan(40);
  const missing = settings.flatMap(namesOnPage).filter((name) => !new RegExp(`\\b${name}\\b`).test(page));
  expect([...new Set(missing)]).toEqual([]);
});
