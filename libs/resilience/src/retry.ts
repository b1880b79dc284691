import { sleep, type Clock } from '@docfleet/domain';

export interface RetryOptions {
  /** Retries after the first attempt. */
  readonly retries: number;
  readonly firstDelayMs: number;
  /** Factor between consecutive delays. */
  readonly factor: number;
  /** Whether a retry may succeed after this error; other errors are thrown at once. */
  readonly isTransient: (error: unknown) => boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Retries `action` after transient errors; throws the last error, or the reason of the signal while waiting. */
export async function retryTransient<T>(action: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await action();
    } catch (error) {
      if (failures >= options.retries || options.signal.aborted || !options.isTransient(error)) throw error;
      await sleep(options.clock, options.firstDelayMs * options.factor ** failures, options.signal);
    }
  }
}
