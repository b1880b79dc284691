/**
 * Maps `items` with at most `limit` calls of `work` at a time; results are in the order of the items. The first error
 * aborts the signal of the other calls, and is thrown once all of them have settled, so that no work continues unseen.
 * Hand-written, because `p-limit` neither aborts nor awaits the calls that are running at an error.
 *
 * @throws the first error of `work`, or the signal's reason
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  options: { readonly limit: number; readonly signal: AbortSignal },
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<readonly R[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const results: R[] = [];
  const queue = items.entries();
  const errors: unknown[] = [];
  const worker = async (): Promise<void> => {
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
  await Promise.all(Array.from({ length: Math.min(options.limit, items.length) }, worker));
  if (errors.length > 0) throw errors[0];
  options.signal.throwIfAborted();
  return results;
}
