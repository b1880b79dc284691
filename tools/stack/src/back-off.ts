const firstMs = 500;
const longestMs = 10_000;

/** A process that lived this long is well: the next restart waits as the first did. */
const healthyMs = 60_000;

/**
 * Time to wait before a process is restarted: 0.5 s, doubling with each early end, at most 10 s.
 * `previousMs` is the wait before the life that just ended, 0 for the first one.
 */
export function restartDelayMs(previousMs: number, livedMs: number): number {
  if (previousMs === 0 || livedMs >= healthyMs) return firstMs;
  return Math.min(longestMs, previousMs * 2);
}
