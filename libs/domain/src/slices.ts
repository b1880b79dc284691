import type { Clock } from './clock.ts';

/** Work in small pieces: each `yield` is a place where it may rest. */
export type Slices<T> = Generator<undefined, T, undefined>;

/** Longest stretch of work before the event loop gets its turn, in milliseconds. */
const sliceMs = 15;

/**
 * Runs work that holds the event loop, giving the loop its turn about every 15 ms.
 * Rejects with the signal's reason when it aborts.
 */
export async function runInSlices<T>(work: Slices<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  let restedAt = clock.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (clock.now() - restedAt < sliceMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    restedAt = clock.now();
  }
}

/** Runs the same work at once. */
export function runAtOnce<T>(work: Slices<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
