import { systemClock, type Clock } from './clock.ts';

export interface TimeoutOptions {
  /** Default: `systemClock`. */
  readonly clock?: Clock;
  /** The error after the limit; default: a `TimeLimitError`. */
  readonly error?: () => Error;
}

/** Something took longer than its limit. */
export class TimeLimitError extends Error {
  constructor(limitMs: number) {
    super(`No result within ${String(limitMs)} ms`);
    this.name = 'TimeLimitError';
  }
}

/**
 * The result of `work`, if it settles within `limitMs`. Does not stop `work`; a later result or error of it is ignored.
 *
 * @throws TimeLimitError, or `options.error`, after `limitMs`; otherwise what `work` throws
 */
export function withTimeout<T>(work: Promise<T>, limitMs: number, options: TimeoutOptions = {}): Promise<T> {
  const { clock = systemClock, error = () => new TimeLimitError(limitMs) } = options;
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => {
      reject(error());
    });
    void work.then(resolve, reject).finally(cancel);
  });
}

/** Resolves when `signal` aborts, at once when it has. Never rejects. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const onAbort = (): void => {
      resolve();
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
