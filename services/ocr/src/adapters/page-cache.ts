import type { Connection } from '@docfleet/connections';
import { cachedValues, openRedisCache } from '@docfleet/cache';
import type { ReadingCache } from '../core/page-reader.ts';
import { parseCachedReading } from './records.ts';

/** Lifetime of an entry: one day, in milliseconds (D-04). */
const ttlMs = 24 * 60 * 60 * 1000;

export interface PageCacheOptions {
  /** Address of Redis; undefined disables the cache. */
  readonly url: string | undefined;
  readonly connection?: Connection;
  readonly onLookup: (result: 'hit' | 'miss' | 'error') => void;
  readonly onProblem: (reason: string) => void;
}

/**
 * Caches readings in Redis, by tenant, digest of the page image and engine version. Preprocess encodes the same page to
 * the same bytes, so the digest identifies the normalised page without decoding it.
 */
export function openPageCache({
  url,
  connection,
  onLookup,
  onProblem,
}: PageCacheOptions): ReadingCache & { close(): void } {
  if (url === undefined) {
    return { get: () => Promise.resolve(undefined), set: () => Promise.resolve(), close: () => undefined };
  }
  const redis = openRedisCache({ ...connection, url, onProblem });
  const values = cachedValues(redis, { parse: parseCachedReading, ttlMs, onLookup });
  return {
    get: (key) => values.get(key),
    set: (key, reading) => values.set(key, reading),
    close: () => {
      redis.close();
    },
  };
}
