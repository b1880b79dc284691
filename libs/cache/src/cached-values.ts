import type { ByteCache } from './byte-cache.ts';
import { addChecksum, verifyChecksum } from './checksum.ts';

export interface CacheCounts {
  readonly hits: number;
  readonly misses: number;
  /** Values that failed their checksum or `parse`; they count as misses too. */
  readonly refused: number;
}

/** Values of one type in a cache. Never throws. */
export interface CachedValues<T> {
  get(key: string): Promise<T | undefined>;
  set(key: string, value: T): Promise<void>;
  counts(): CacheCounts;
}

export interface CachedValuesOptions<T> {
  readonly parse: (value: unknown) => T;
  readonly ttlMs: number;
  /** Called for every `get`; `error` is a stored value that failed its checksum or `parse`. */
  readonly onLookup?: (result: 'hit' | 'miss' | 'error') => void;
}

/** JSON values over a byte cache: a value whose checksum or `parse` fails is a miss. */
export function cachedValues<T>(cache: ByteCache, options: CachedValuesOptions<T>): CachedValues<T> {
  const counts = { hits: 0, misses: 0, refused: 0 };
  const open = (key: string, stored: Buffer): T | undefined => {
    const text = verifyChecksum(key, stored);
    if (text === undefined) return undefined;
    try {
      return options.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  };
  return {
    async get(key) {
      const stored = await cache.get(key);
      const value = stored === undefined ? undefined : open(key, stored);
      const refused = stored !== undefined && value === undefined;
      if (refused) counts.refused += 1;
      if (value === undefined) counts.misses += 1;
      else counts.hits += 1;
      options.onLookup?.(refused ? 'error' : value === undefined ? 'miss' : 'hit');
      return value;
    },
    set: (key, value) => cache.set(key, addChecksum(key, JSON.stringify(value)), options.ttlMs),
    counts: () => ({ ...counts }),
  };
}
