/** Failures that are kept at a time. */
const mostFailures = 1_000;

/**
 * A function that asks once for each key and keeps the answer for ever; callers that come meanwhile share the
 * question. A failure is kept for as long as `keepFailureMs` says, by default not at all.
 */
export function kept<A, T>(
  ask: (argument: A) => Promise<T>,
  keyOf: (argument: A) => string,
  options: { readonly keepFailureMs?: (error: unknown) => number } = {},
): (argument: A) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  const failures = new Map<string, { readonly error: unknown; readonly until: number }>();
  return async (argument) => {
    const key = keyOf(argument);
    const failed = failures.get(key);
    if (failed !== undefined && performance.now() < failed.until) throw failed.error;
    let answer = answers.get(key);
    if (answer === undefined) {
      answer = ask(argument);
      answers.set(key, answer);
    }
    try {
      return await answer;
    } catch (error) {
      if (answers.get(key) === answer) answers.delete(key);
      const keepMs = options.keepFailureMs?.(error) ?? 0;
      if (failures.size >= mostFailures) failures.clear();
      if (keepMs > 0) failures.set(key, { error, until: performance.now() + keepMs });
      throw error;
    }
  };
}
