import { sleep, type Clock } from '@docfleet/domain';

export interface RetryOptions {
  /** Tries after the first. */
  readonly retries: number;
  readonly firstDelayMs: number;
  /** Each delay is this much longer than the one before. */
  readonly factor: number;
  /** Whether an error may go away by itself; others are thrown at once. */
  readonly isBlip: (error: unknown) => boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Runs `action` again after blips; throws the last error, or the signal's reason while waiting. */
export async function retryBlips<T>(action: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await action();
    } catch (error) {
      if (failures >= options.retries || options.signal.aborted || !options.isBlip(error)) throw error;
      await sleep(options.clock, options.firstDelayMs * options.factor ** failures, options.signal);
    }
  }
}
