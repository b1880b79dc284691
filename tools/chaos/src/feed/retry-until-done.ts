import { setTimeout as pause } from 'node:timers/promises';

/** Retries `action` every 500 ms until it succeeds or `signal` aborts. */
export async function retryUntilDone<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch {
      signal.throwIfAborted();
      await pause(500, undefined, { signal });
    }
  }
}
