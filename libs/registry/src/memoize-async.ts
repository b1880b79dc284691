import { LRUCache } from 'lru-cache';

/** Results, and failures, that are kept at a time; the least recently used one is dropped first. */
const maxKept = 10_000;

/**
 * Memoizes an asynchronous function: concurrent calls with the same key share one call of `load`, and its result is
 * kept. An error is kept for `failureTtlMs` milliseconds, by default not at all, and apart from the results: however many
 * calls fail, no result is dropped for them.
 *
 * @throws what `load` throws
 */
export function memoizeAsync<A, T>(
  load: (argument: A) => Promise<T>,
  keyOf: (argument: A) => string,
  options: { readonly failureTtlMs?: (error: unknown) => number } = {},
): (argument: A) => Promise<T> {
  const results = new LRUCache<string, { readonly value: T }>({ max: maxKept });
  const failures = new LRUCache<string, { readonly error: unknown }>({ max: maxKept });
  const running = new Map<string, Promise<T>>();
  const call = async (key: string, argument: A): Promise<T> => {
    try {
      const value = await load(argument);
      results.set(key, { value });
      return value;
    } catch (error) {
      const ttl = options.failureTtlMs?.(error) ?? 0;
      if (ttl > 0) failures.set(key, { error }, { ttl });
      throw error;
    } finally {
      running.delete(key);
    }
  };
  return async (argument) => {
    const key = keyOf(argument);
    const result = results.get(key);
    if (result !== undefined) return result.value;
    const failed = failures.get(key);
    if (failed !== undefined) throw failed.error;
    const started = running.get(key) ?? call(key, argument);
    running.set(key, started);
    return started;
  };
}
