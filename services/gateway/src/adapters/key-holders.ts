import { hashApiKey, type ApiKeys, type KeyHolder } from '@docfleet/database';
import { FailureError, type Clock } from '@docfleet/domain';
import { LRUCache } from 'lru-cache';

/** Age up to which a known key is taken without asking, and so the time a revocation needs, in milliseconds. */
const freshMs = 30_000;

/** Age up to which a known key still counts while the database is out, in milliseconds. */
const usableMs = 60 * 60 * 1000;

const maxKeys = 10_000;

/** Who holds a key. Known keys go on working for an hour while the database is out. */
export interface KeyHolders {
  /** @throws FailureError `UNAUTHENTICATED`, or `DATABASE_UNAVAILABLE` for a key that is not known here */
  of(key: string): Promise<KeyHolder>;
}

export function cacheKeyHolders(apiKeys: Pick<ApiKeys, 'find'>, clock: Clock): KeyHolders {
  const known = new LRUCache<string, { readonly holder: KeyHolder; readonly at: number }>({ max: maxKeys });

  const ask = async (hash: string): Promise<KeyHolder | undefined> => {
    const cached = known.get(hash);
    const age = cached === undefined ? Infinity : clock.now() - cached.at;
    if (cached !== undefined && age < freshMs) return cached.holder;
    try {
      return await apiKeys.find(hash);
    } catch (error) {
      if (cached !== undefined && age < usableMs) return cached.holder;
      throw error;
    }
  };

  return {
    of: async (key) => {
      const hash = hashApiKey(key);
      const before = known.get(hash);
      const holder = await ask(hash);
      if (holder === undefined) {
        known.delete(hash);
        throw new FailureError('UNAUTHENTICATED');
      }
      if (holder !== before?.holder) known.set(hash, { holder, at: clock.now() });
      return holder;
    },
  };
}
