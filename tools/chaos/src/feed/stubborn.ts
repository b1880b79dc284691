import { setTimeout as pause } from 'node:timers/promises';

/** Tries until it works: the other side is allowed to be gone for a while, its answer is not allowed to be lost. */
export async function stubbornly<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch {
      signal.throwIfAborted();
      await pause(500, undefined, { signal });
    }
  }
}
