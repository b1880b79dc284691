import { withTimeout } from '@docfleet/domain';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds before attempt `attempt` (from 1): 100, 200, 400 and so on up to 2,000, with a jitter of a quarter. */
export function backoffMs(attempt: number): number {
  const base = Math.min(100 * 2 ** Math.min(attempt - 1, 10), 2_000);
  return base * (0.75 + Math.random() / 2);
}

/** Waits, or returns early when `signal` aborts. */
export async function pauseFor(delayMs: number, signal: AbortSignal): Promise<void> {
  await sleep(delayMs, undefined, { signal }).catch(() => undefined);
}

/** Waits until `work` settles, at most `limitMs`. Ignores its result and its failure. */
export async function settledWithin(limitMs: number, work: Promise<unknown>): Promise<void> {
  await withTimeout(work, limitMs).catch(() => undefined);
}
