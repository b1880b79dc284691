import { hashApiKey, type ApiKeys, type FoundKey, type KeyHolder } from '@docfleet/database';
import { FailureError, type Clock } from '@docfleet/domain';
import { LRUCache } from 'lru-cache';
import type { FailedCalls } from './failed-calls.ts';

/** Age up to which a cached key is used without a query, in milliseconds: a revocation takes effect after that time. */
const freshMs = 30_000;

/** Age up to which a cached key is used while the database is unavailable, in milliseconds. */
const usableMs = 60 * 60 * 1000;

/** Time for which a key that was not found is refused without a query, in milliseconds. */
const unknownMs = 60_000;

const maxKeys = 10_000;

/**
 * Finds the holder of an API key. Cached keys remain valid for an hour while the database is unavailable, and are not
 * subject to the limit of failed calls: whoever tries keys from the same address does not lock out their holders.
 */
export interface KeyHolders {
  /**
   * @param key undefined for a call without one
   * @throws FailureError `UNAUTHENTICATED`, `TENANT_SUSPENDED`, `RATE_LIMITED` when the address has failed too often, or
   *   `DATABASE_UNAVAILABLE` for a key that is not cached
   */
  of(key: string | undefined, address: string): Promise<KeyHolder>;
}

/** Caches the holders of up to 10,000 keys, and as many unknown ones. The caches bound their number; ages follow `clock`. */
export function cacheKeyHolders(
  apiKeys: Pick<ApiKeys, 'find'>,
  { clock, failures }: { readonly clock: Clock; readonly failures: FailedCalls },
): KeyHolders {
  const cache = new LRUCache<string, { readonly found: FoundKey; readonly readAt: number }>({
    max: maxKeys,
  });
  const unknown = new LRUCache<string, number>({ max: maxKeys });

  const lookUp = async (hash: string): Promise<FoundKey> => {
    if (clock.now() - (unknown.get(hash) ?? -Infinity) < unknownMs) throw new FailureError('UNAUTHENTICATED');
    const found = await apiKeys.find(hash, clock.now());
    if (found === undefined) {
      cache.delete(hash);
      unknown.set(hash, clock.now());
      throw new FailureError('UNAUTHENTICATED');
    }
    cache.set(hash, { found, readAt: clock.now() });
    return found;
  };

  return {
    of: async (key, address) => {
      const hash = key === undefined ? undefined : hashApiKey(key);
      const cached = hash === undefined ? undefined : cache.get(hash);
      const ageMs = cached === undefined ? Infinity : clock.now() - cached.readAt;
      if (cached !== undefined && ageMs < freshMs) return activeHolder(cached.found);
      if (cached === undefined) failures.expect(address);
      if (hash === undefined) throw new FailureError('UNAUTHENTICATED');
      let found: FoundKey;
      let failed = false;
      try {
        found = await lookUp(hash);
      } catch (error) {
        failed = error instanceof FailureError && error.code === 'UNAUTHENTICATED';
        if (!failed && cached !== undefined && ageMs < usableMs) return activeHolder(cached.found);
        throw error;
      } finally {
        if (!failed && cached === undefined) failures.takeBack(address);
      }
      return activeHolder(found);
    },
  };
}

function activeHolder({ holder, suspended }: FoundKey): KeyHolder {
  if (suspended) throw new FailureError('TENANT_SUSPENDED');
  return holder;
}
