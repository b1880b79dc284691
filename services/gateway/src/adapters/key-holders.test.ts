import { hashApiKey, type KeyHolder } from '@docfleet/database';
import { FailureError } from '@docfleet/domain';
import { describe, expect, it } from 'vitest';
import { cacheKeyHolders } from './key-holders.ts';

const holder: KeyHolder = { keyId: 'k', tenantId: 'acme', role: 'producer' };

function setUp() {
  const world = { now: 0, asked: 0, out: false, keys: new Map([[hashApiKey('good'), holder]]) };
  const find = (hash: string) => {
    world.asked += 1;
    if (world.out) return Promise.reject(new FailureError('DATABASE_UNAVAILABLE'));
    return Promise.resolve(world.keys.get(hash));
  };
  const clock = { now: () => world.now, after: () => () => undefined };
  return { world, holders: cacheKeyHolders({ find }, clock) };
}

describe('cacheKeyHolders', () => {
  it('A-07: knows whose a key is, and refuses others', async () => {
    const { holders } = setUp();
    expect(await holders.of('good')).toEqual(holder);
    await expect(holders.of('bad')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('asks once in half a minute', async () => {
    const { world, holders } = setUp();
    await holders.of('good');
    world.now = 29_999;
    await holders.of('good');
    expect(world.asked).toBe(1);
    world.now = 30_000;
    await holders.of('good');
    expect(world.asked).toBe(2);
  });

  it('goes on with known keys while the database is out, and not with others', async () => {
    const { world, holders } = setUp();
    await holders.of('good');
    world.out = true;
    world.now = 3_599_999;
    expect(await holders.of('good')).toEqual(holder);
    await expect(holders.of('bad')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    world.now = 3_600_000;
    await expect(holders.of('good')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('forgets a revoked key', async () => {
    const { world, holders } = setUp();
    await holders.of('good');
    world.keys.clear();
    world.now = 30_000;
    await expect(holders.of('good')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
