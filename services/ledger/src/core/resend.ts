/**
 * Limits how often a sweep sends the same record: it finds the same runs every minute, and integration may be down for
 * hours. Hand-written because `core/` is pure; entries expire, so it stays small.
 */
export function limitResends(intervalMs: number): {
  /** True when `key` was not sent within the last `intervalMs`; then it counts as sent at `now`. */
  due(key: string, now: number): boolean;
} {
  const sent = new Map<string, number>();
  return {
    due: (key, now) => {
      for (const [old, at] of sent) if (now - at >= intervalMs) sent.delete(old);
      if (sent.has(key)) return false;
      sent.set(key, now);
      return true;
    },
  };
}
