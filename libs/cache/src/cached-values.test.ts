import { expect, test } from 'vitest';
import { cachedValues } from './cached-values.ts';
import { memoryCache } from './memory-cache.ts';

const options = {
  ttlMs: 1000,
  parse: (value: unknown): number => {
    if (typeof value !== 'number') throw new TypeError('no number');
    return value;
  },
};

test('D-04 hits and misses are counted', async () => {
  const values = cachedValues(memoryCache(10), options);
  expect(await values.get('a')).toBeUndefined();
  await values.set('a', 7);
  expect([await values.get('a'), values.counts()]).toEqual([7, { hits: 1, misses: 1, refused: 0 }]);
});

test('D-04 a value of another key, a damaged one and one of another type are misses', async () => {
  const cache = memoryCache(10);
  const values = cachedValues(cache, options);
  await values.set('a', 7);
  await cache.set('b', (await cache.get('a')) ?? Buffer.alloc(0), 1000);
  await cache.set('c', Buffer.from('garbage'), 1000);
  await cachedValues<unknown>(cache, { ...options, parse: (value) => value }).set('d', 'seven');
  expect([await values.get('b'), await values.get('c'), await values.get('d')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(values.counts()).toEqual({ hits: 0, misses: 3, refused: 3 });
});

test('D-04 a value expires, and the least recently used one is dropped when there are too many', async () => {
  let now = 1;
  const values = cachedValues(
    memoryCache(2, () => now),
    options,
  );
  await values.set('a', 1);
  await values.set('b', 2);
  await values.set('c', 3);
  expect([await values.get('a'), await values.get('b')]).toEqual([undefined, 2]);
  now = 1002;
  expect(await values.get('b')).toBeUndefined();
});
