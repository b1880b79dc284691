/**
 * Works on `items`, at most `limit` at a time, and gives the results in their order. The first error stops the others
 * (their signal aborts with it) and is thrown once they have stopped, so that nothing works on unseen.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  options: { readonly limit: number; readonly signal: AbortSignal },
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<readonly R[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const results: R[] = [];
  const queue = items.entries();
  const errors: unknown[] = [];
  const takeTurns = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (signal.aborted) return;
      try {
        results[index] = await work(item, signal);
      } catch (error) {
        errors.push(error);
        stop.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.limit, items.length) }, takeTurns));
  if (errors.length > 0) throw errors[0];
  options.signal.throwIfAborted();
  return results;
}
