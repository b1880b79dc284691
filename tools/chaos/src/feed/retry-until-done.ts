import { setTimeout as pause } from 'node:timers/promises';

/** Retries `action` every 500 ms until it succeeds, `signal` aborts, or it fails with an error that no retry mends. */
export async function retryUntilDone<T>(
  signal: AbortSignal,
  action: () => Promise<T>,
  isPermanent: (error: unknown) => boolean = () => false,
): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (isPermanent(error)) throw error;
      signal.throwIfAborted();
      await pause(500, undefined, { signal });
    }
  }
}
