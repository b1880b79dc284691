import type { ByteCache } from './byte-cache.ts';
import { seal, unseal } from './seal.ts';

export interface CacheCounts {
  readonly hits: number;
  readonly misses: number;
  /** Answers that were not what had been stored; they count as misses too. */
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
  /** Told about every `get`; `error` is an answer that was refused. */
  readonly onLookup?: (result: 'hit' | 'miss' | 'error') => void;
}

/** JSON values over a byte cache: every answer must carry its checksum and pass `parse`, or it is a miss. */
export function cachedValues<T>(cache: ByteCache, options: CachedValuesOptions<T>): CachedValues<T> {
  const counts = { hits: 0, misses: 0, refused: 0 };
  const open = (key: string, sealed: Buffer): T | undefined => {
    const text = unseal(key, sealed);
    if (text === undefined) return undefined;
    try {
      return options.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  };
  return {
    async get(key) {
      const sealed = await cache.get(key);
      const value = sealed === undefined ? undefined : open(key, sealed);
      const refused = sealed !== undefined && value === undefined;
      if (refused) counts.refused += 1;
      if (value === undefined) counts.misses += 1;
      else counts.hits += 1;
      options.onLookup?.(refused ? 'error' : value === undefined ? 'miss' : 'hit');
      return value;
    },
    set: (key, value) => cache.set(key, seal(key, JSON.stringify(value)), options.ttlMs),
    counts: () => ({ ...counts }),
  };
}
