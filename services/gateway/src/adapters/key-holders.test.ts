import { hashApiKey, type KeyHolder } from '@docfleet/database';
import { FailureError } from '@docfleet/domain';
import { describe, expect, it } from 'vitest';
import { failedCalls } from './failed-calls.ts';
import { cacheKeyHolders } from './key-holders.ts';

const holder: KeyHolder = { keyId: 'k', tenantId: 'acme', role: 'producer' };
const late: KeyHolder = { keyId: 'l', tenantId: 'late', role: 'producer' };

function setUp() {
  const world = {
    now: 0,
    queries: 0,
    down: false,
    keys: new Map([
      [hashApiKey('good'), { holder, suspended: false }],
      [hashApiKey('late'), { holder: late, suspended: true }],
    ]),
  };
  const find = (hash: string) => {
    world.queries += 1;
    if (world.down) return Promise.reject(new FailureError('DATABASE_UNAVAILABLE'));
    return Promise.resolve(world.keys.get(hash));
  };
  const clock = { now: () => world.now, after: () => () => undefined };
  const failures = failedCalls({ perMinute: 3, clock });
  const holders = cacheKeyHolders({ find }, { clock, failures });
  return { world, of: (key?: string, address = '10.0.0.1') => holders.of(key, address) };
}

describe('cacheKeyHolders', () => {
  it('A-07: returns the holder of a key and refuses unknown keys', async () => {
    const { of } = setUp();
    expect(await of('good')).toEqual(holder);
    await expect(of('bad')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('A-07: refuses keys of a suspended tenant', async () => {
    const { of } = setUp();
    await expect(of('late')).rejects.toMatchObject({ code: 'TENANT_SUSPENDED' });
    await expect(of('late')).rejects.toMatchObject({ code: 'TENANT_SUSPENDED' });
    expect(await of('good')).toEqual(holder);
  });

  it('queries a key once in 30 s', async () => {
    const { world, of } = setUp();
    await of('good');
    world.now = 29_999;
    await of('good');
    expect(world.queries).toBe(1);
    world.now = 30_000;
    await of('good');
    expect(world.queries).toBe(2);
  });

  it('accepts cached keys for an hour while the database is unavailable, and no others', async () => {
    const { world, of } = setUp();
    await of('good');
    world.down = true;
    world.now = 3_599_999;
    expect(await of('good')).toEqual(holder);
    await expect(of('bad')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    world.now = 3_600_000;
    await expect(of('good')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('refuses a revoked key after 30 s', async () => {
    const { world, of } = setUp();
    await of('good');
    world.keys.clear();
    world.now = 30_000;
    await expect(of('good')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('remembers an unknown key for a minute', async () => {
    const { world, of } = setUp();
    await expect(of('bad')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    world.now = 59_999;
    await expect(of('bad')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(world.queries).toBe(1);
    world.now = 60_000;
    await expect(of('bad')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(world.queries).toBe(2);
  });

  it('A-07: queries nothing more for an address that has failed too often, until a minute has passed', async () => {
    const { world, of } = setUp();
    const attempts = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((key) => of(key)));
    expect(attempts.map((each) => each.status === 'rejected' && (each.reason as FailureError).code)).toEqual([
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
      'RATE_LIMITED',
      'RATE_LIMITED',
    ]);
    await expect(of('good')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(of(undefined)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(world.queries).toBe(3);
    expect(await of('good', '10.0.0.2')).toEqual(holder);
    world.now = 60_000;
    expect(await of('good')).toEqual(holder);
  });

  it('counts calls without a key, and neither valid keys nor an unavailable database', async () => {
    const { world, of } = setUp();
    for (let call = 0; call < 5; call += 1) {
      world.now += 30_000;
      expect(await of('good', `10.0.0.${call}`)).toEqual(holder);
    }
    world.down = true;
    for (const key of ['a', 'b', 'c', 'd', 'e'])
      await expect(of(key)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    for (let call = 0; call < 3; call += 1)
      await expect(of(undefined)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(of(undefined)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('lets a key that it knows pass while others are tried from the same address', async () => {
    const { world, of } = setUp();
    await of('good');
    await Promise.allSettled(['a', 'b', 'c', 'd'].map((key) => of(key)));
    world.now = 45_000;
    expect(await of('good')).toEqual(holder);
  });
});
