import { randomUUID } from 'node:crypto';
import { endpoints, until } from '@docfleet/testing';
import { afterEach, expect, test } from 'vitest';
import { openSharedCounter, type SharedCounter } from '../src/index.ts';

const open: SharedCounter[] = [];

afterEach(() => {
  for (const counter of open.splice(0)) counter.close();
});

function counterAt(url: string): SharedCounter {
  const counter = openSharedCounter({ url });
  open.push(counter);
  return counter;
}

test('two processes share a counter, which begins anew after its window', async () => {
  const [one, two] = [counterAt(endpoints().redis), counterAt(endpoints().redis)];
  const warmUp = `counter-test:${randomUUID()}`;
  for (const counter of [one, two])
    await until('connected', async () => (await counter.add(warmUp, 1_000)) !== undefined);
  const key = `counter-test:${randomUUID()}`;
  const first = await one.add(key, 60_000);
  const second = await two.add(key, 60_000);
  expect([first?.count, second?.count]).toEqual([1, 2]);
  expect(second?.resetMs).toBeGreaterThan(0);
  expect(second?.resetMs).toBeLessThanOrEqual(60_000);
  const short = `counter-test:${randomUUID()}`;
  await one.add(short, 1);
  await until('it began anew', async () => (await one.add(short, 1))?.count === 1);
});

test('an unavailable Redis counts nothing and throws nothing', async () => {
  expect(await counterAt('redis://127.0.0.1:1').add('key', 1_000)).toBeUndefined();
});
