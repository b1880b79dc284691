import { expect, it } from 'vitest';
import { tenantLimit } from './tenant-limit.ts';

const clock = { now: () => 0, after: () => () => undefined };
const gateways = () => 1;

it('counts in the shared counter, and for itself while that is away', async () => {
  const shared = {
    add: (key: string) => Promise.resolve(key.endsWith('acme') ? { count: 2, resetMs: 5 } : undefined),
  };
  const calls = tenantLimit({ perMinuteOf: () => 1, shared, gateways, clock });
  await expect(calls.count('acme')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(await calls.count('globex')).toEqual({ count: 1, resetMs: 60_000 });
  await expect(calls.count('globex')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
});

it('limits each tenant', async () => {
  const calls = tenantLimit({ perMinuteOf: () => 1, shared: undefined, gateways, clock });
  expect((await calls.count('acme')).count).toBe(1);
  expect((await calls.count('globex')).count).toBe(1);
  await expect(calls.count('acme')).rejects.toMatchObject({ headers: { 'retry-after': '60' } });
});

it('divides the limit among gateways that count for themselves', async () => {
  const calls = tenantLimit({ perMinuteOf: () => 5, shared: undefined, gateways: () => 2, clock });
  expect([(await calls.count('acme')).count, (await calls.count('acme')).count]).toEqual([1, 4]);
  await expect(calls.count('acme')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
});
