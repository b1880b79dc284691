import { cachedValues, openRedisCache } from '@docfleet/cache';
import type { ReadingCache } from '../core/page-reader.ts';
import { parseCachedReading } from './records.ts';

/** A day (D-04). */
const ttlMs = 24 * 60 * 60 * 1000;

export interface PageCacheOptions {
  /** Without one nothing is cached. */
  readonly url: string | undefined;
  readonly onLookup: (result: 'hit' | 'miss' | 'error') => void;
  readonly onProblem: (reason: string) => void;
}

/**
 * Readings in Redis, by tenant, digest of the page image and engine version. Preprocess makes the same image bytes of
 * the same page, so their digest stands for the normalised page and nothing has to be decoded to ask.
 */
export function openPageCache({
  url,
  onLookup,
  onProblem,
}: PageCacheOptions): ReadingCache & { close(): void } {
  if (url === undefined) {
    return { get: () => Promise.resolve(undefined), set: () => Promise.resolve(), close: () => undefined };
  }
  const redis = openRedisCache({ url, onProblem });
  const values = cachedValues(redis, { parse: parseCachedReading, ttlMs, onLookup });
  return {
    get: (key) => values.get(key),
    set: (key, reading) => values.set(key, reading),
    close: () => {
      redis.close();
    },
  };
}
