import type { ByteCache } from './byte-cache.ts';

/** A cache inside the process, for tests and for running without Redis; keeps at most `maxEntries`, oldest go first. */
export function memoryCache(maxEntries: number, now: () => number = Date.now): ByteCache {
  const entries = new Map<string, { value: Buffer; until: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      return Promise.resolve(entry !== undefined && entry.until > now() ? entry.value : undefined);
    },
    set(key, value, ttlMs) {
      entries.delete(key);
      entries.set(key, { value, until: now() + ttlMs });
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries) break;
        entries.delete(oldest);
      }
      return Promise.resolve();
    },
  };
}
