import { setTimeout as wait } from 'node:timers/promises';

/** Time limit of a condition after which a test counts as hanging, in milliseconds. */
export const hangGuardMs = 30_000;

/**
 * Waits, in real time, until `condition` holds. The limit only turns a hang into an error that names the condition;
 * no test result depends on it.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  guardMs = hangGuardMs,
): Promise<void> {
  const deadline = performance.now() + guardMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Condition not met within ${guardMs} ms: ${what}`);
    await wait(2);
  }
}
