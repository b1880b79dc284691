import { randomUUID } from 'node:crypto';
import { endpoints } from '@docfleet/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeByPrefix } from '../src/index.ts';

let redis: Redis;
const folder = `test-${randomUUID()}`;

beforeAll(() => {
  redis = new Redis(endpoints().redis);
});
afterAll(() => {
  redis.disconnect();
});

it('A-11: removes the keys of a prefix, taken literally, and no others', async () => {
  const removed = Array.from({ length: 1_200 }, (_, index) => `${folder}:a*[b]:${index}`);
  const kept = [`${folder}:ab:1`, `${folder}:a*[b]`, `${folder}:axb:1`];
  await redis.mset([...removed, ...kept].flatMap((key) => [key, 'value']));
  expect(await removeByPrefix(endpoints().redis, `${folder}:a*[b]:`)).toBe(1_200);
  expect(await redis.exists(...removed)).toBe(0);
  expect(await redis.exists(...kept)).toBe(3);
  expect(await removeByPrefix(endpoints().redis, `${folder}:a*[b]:`)).toBe(0);
});

it('A-11: fails where Redis does not answer', async () => {
  await expect(removeByPrefix('redis://127.0.0.1:1', folder)).rejects.toThrow();
});
