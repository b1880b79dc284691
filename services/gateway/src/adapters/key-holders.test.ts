import { hashApiKey, type KeyHolder } from '@docfleet/database';
import { FailureError } from '@docfleet/domain';
import { describe, expect, it } from 'vitest';
import { cacheKeyHolders } from './key-holders.ts';

const holder: KeyHolder = { keyId: 'k', tenantId: 'acme', role: 'producer' };

function setUp() {
  const world = { now: 0, queries: 0, down: false, keys: new Map([[hashApiKey('good'), holder]]) };
  const find = (hash: string) => {
    world.queries += 1;
    if (world.down) return Promise.reject(new FailureError('DATABASE_UNAVAILABLE'));
    return Promise.resolve(world.keys.get(hash));
  };
  const clock = { now: () => world.now, after: () => () => undefined };
  return { world, holders: cacheKeyHolders({ find }, clock) };
}

describe('cacheKeyHolders', () => {
  it('A-07: returns the holder of a key and refuses unknown keys', async () => {
    const { holders } = setUp();
    expect(await holders.of('good')).toEqual(holder);
    await expect(holders.of('bad')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('queries a key once in 30 s', async () => {
    const { world, holders } = setUp();
    await holders.of('good');
    world.now = 29_999;
    await holders.of('good');
    expect(world.queries).toBe(1);
    world.now = 30_000;
    await holders.of('good');
    expect(world.queries).toBe(2);
  });

  it('accepts cached keys for an hour while the database is unavailable, and no others', async () => {
    const { world, holders } = setUp();
    await holders.of('good');
    world.down = true;
    world.now = 3_599_999;
    expect(await holders.of('good')).toEqual(holder);
    await expect(holders.of('bad')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    world.now = 3_600_000;
    await expect(holders.of('good')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('refuses a revoked key after 30 s', async () => {
    const { world, holders } = setUp();
    await holders.of('good');
    world.keys.clear();
    world.now = 30_000;
    await expect(holders.of('good')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
