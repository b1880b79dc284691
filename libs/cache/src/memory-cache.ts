import { LRUCache } from 'lru-cache';
import type { ByteCache } from './byte-cache.ts';

/** A cache in memory, for tests and for running without Redis; drops the least recently used of `maxEntries`. */
export function memoryCache(maxEntries: number, now: () => number = Date.now): ByteCache {
  const entries = new LRUCache<string, Buffer>({ max: maxEntries, perf: { now }, ttlResolution: 0 });
  return {
    get: (key) => Promise.resolve(entries.get(key)),
    set: (key, value, ttlMs) => {
      entries.set(key, value, { ttl: ttlMs });
      return Promise.resolve();
    },
  };
}
