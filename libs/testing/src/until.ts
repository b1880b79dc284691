import { setTimeout as wait } from 'node:timers/promises';

/** Longest wait for a condition before a test counts as hanging, in milliseconds. */
export const hangGuardMs = 30_000;

/**
 * Waits, in real time, until `condition` holds. The guard only turns a hang into a failure that says what was waited
 * for; no test's outcome depends on it.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  guardMs = hangGuardMs,
): Promise<void> {
  const deadline = performance.now() + guardMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${guardMs} ms in vain until ${what}`);
    await wait(2);
  }
}
