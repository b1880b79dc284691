import type { Clock } from './clock.ts';

/** Work in small steps: each `yield` is a point where it may be suspended. */
export type Slices<T> = Generator<undefined, T, undefined>;

/** Longest stretch of work before yielding to the event loop, in milliseconds. */
const sliceMs = 15;

/**
 * Runs CPU-bound work and yields to the event loop about every 15 ms.
 * Rejects with the signal's reason when it aborts.
 */
export async function runInSlices<T>(work: Slices<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  let yieldedAt = clock.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (clock.now() - yieldedAt < sliceMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    yieldedAt = clock.now();
  }
}

/** Runs the same work at once. */
export function runAtOnce<T>(work: Slices<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
