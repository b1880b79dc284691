import { hashApiKey, type ApiKeys, type KeyHolder } from '@docfleet/database';
import { FailureError, type Clock } from '@docfleet/domain';
import { LRUCache } from 'lru-cache';

/** Age up to which a cached key is used without a query, in milliseconds: a revocation takes effect after that time. */
const freshMs = 30_000;

/** Age up to which a cached key is used while the database is unavailable, in milliseconds. */
const usableMs = 60 * 60 * 1000;

const maxKeys = 10_000;

/** Finds the holder of an API key. Cached keys remain valid for an hour while the database is unavailable. */
export interface KeyHolders {
  /** @throws FailureError `UNAUTHENTICATED`, or `DATABASE_UNAVAILABLE` for a key that is not cached */
  of(key: string): Promise<KeyHolder>;
}

/** Caches the holders of up to 10,000 keys. The cache bounds their number; ages follow `clock`. */
export function cacheKeyHolders(apiKeys: Pick<ApiKeys, 'find'>, clock: Clock): KeyHolders {
  const cache = new LRUCache<string, { readonly holder: KeyHolder; readonly readAt: number }>({
    max: maxKeys,
  });

  return {
    of: async (key) => {
      const hash = hashApiKey(key);
      const cached = cache.get(hash);
      const ageMs = cached === undefined ? Infinity : clock.now() - cached.readAt;
      if (cached !== undefined && ageMs < freshMs) return cached.holder;
      let holder: KeyHolder | undefined;
      try {
        holder = await apiKeys.find(hash);
      } catch (error) {
        if (cached !== undefined && ageMs < usableMs) return cached.holder;
        throw error;
      }
      if (holder === undefined) {
        cache.delete(hash);
        throw new FailureError('UNAUTHENTICATED');
      }
      cache.set(hash, { holder, readAt: clock.now() });
      return holder;
    },
  };
}
