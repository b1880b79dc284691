import { LRUCache } from 'lru-cache';

/** Results that are kept at a time; the least recently used one is dropped first. */
const maxResults = 10_000;

type Settled<T> = { readonly value: T } | { readonly error: unknown };

/**
 * Memoizes an asynchronous function: concurrent calls with the same key share one call of `load`, and its result is
 * kept. An error is kept for `failureTtlMs` milliseconds, by default not at all.
 *
 * @throws what `load` throws
 */
export function memoizeAsync<A, T>(
  load: (argument: A) => Promise<T>,
  keyOf: (argument: A) => string,
  options: { readonly failureTtlMs?: (error: unknown) => number } = {},
): (argument: A) => Promise<T> {
  const cache = new LRUCache<string, Settled<T>, { readonly argument: A }>({
    max: maxResults,
    // A call that is dropped from the cache while it runs still answers its callers.
    ignoreFetchAbort: true,
    fetchMethod: async (_key, _stale, { context, options: entry }) => {
      try {
        return { value: await load(context.argument) };
      } catch (error) {
        const ttlMs = options.failureTtlMs?.(error) ?? 0;
        if (ttlMs <= 0) throw error;
        entry.ttl = ttlMs;
        return { error };
      }
    },
  });
  return async (argument) => {
    const settled = await cache.forceFetch(keyOf(argument), { context: { argument } });
    if ('error' in settled) throw settled.error;
    return settled.value;
  };
}
