import { expect, test } from 'vitest';
import { checkGivenServers, givenServers, listenersOf, withoutPassword } from './given.ts';

test('only servers with an address are given; an empty variable counts as not set', () => {
  expect(givenServers({ KAFKA_BROKERS: 'broker:9092', REDIS_URL: '' })).toEqual({ kafka: 'broker:9092' });
});

test('an S3 endpoint without keys is refused', () => {
  expect(() => givenServers({ S3_ENDPOINT: 'http://s3', AWS_ACCESS_KEY_ID: 'a' })).toThrow(
    'S3_ENDPOINT is set, so AWS_SECRET_ACCESS_KEY must be set too.',
  );
});

test.each([
  [
    'one:9092, two:9093',
    [
      { host: 'one', port: 9092 },
      { host: 'two', port: 9093 },
    ],
  ],
  ['postgres://user:secret@db/docfleet', [{ host: 'db', port: 5432 }]],
  ['http://registry:8081/apis/ccompat/v7', [{ host: 'registry', port: 8081 }]],
  ['no address', []],
])('listeners of %s', (address, listeners) => {
  expect(listenersOf(address)).toEqual(listeners);
});

test('a server that does not answer is named without its password', async () => {
  const given = { postgres: 'postgres://user:secret@127.0.0.1:1/docfleet' };
  await expect(checkGivenServers(given)).rejects.toThrow(
    'No server answers at these addresses of the environment; start it, or unset the variable:\n  - DATABASE_URL=postgres://user:***@127.0.0.1:1/docfleet',
  );
});

test('an address without a password stays as it is', () => {
  expect(withoutPassword('redis://127.0.0.1:6379')).toBe('redis://127.0.0.1:6379');
});
