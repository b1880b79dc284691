import { TimeLimitError, type Clock } from '@docfleet/domain';

/** What a dependency said to a check. */
export type Answer = { readonly answered: true } | { readonly answered: false; readonly error: unknown };

/**
 * Returns a function that asks a dependency and waits at most `timeoutMs` for its answer. While one call is unanswered no
 * other is made, so a dependency that is away for hours does not collect calls.
 */
export function singleCheck(
  call: () => Promise<unknown>,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): () => Promise<Answer> {
  let pending: Promise<Answer> | undefined;
  return () => {
    pending ??= call()
      .then(
        (): Answer => ({ answered: true }),
        (error: unknown): Answer => ({ answered: false, error }),
      )
      .finally(() => {
        pending = undefined;
      });
    const answer = pending;
    return new Promise((resolve) => {
      const cancel = clock.after(timeoutMs, () => {
        resolve({ answered: false, error: new TimeLimitError(timeoutMs) });
      });
      void answer.then((given) => {
        cancel();
        resolve(given);
      });
    });
  };
}
