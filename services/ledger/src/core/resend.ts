/**
 * Remembers what was sent a short while ago, so that a sweep that finds the same thing every minute asks for it only
 * now and then: integration may be out for hours.
 */
export function rememberSent(againAfterMs: number): {
  /** True when `key` was not sent within the last `againAfterMs`; then it counts as sent at `now`. */
  due(key: string, now: number): boolean;
} {
  const sent = new Map<string, number>();
  return {
    due: (key, now) => {
      for (const [old, at] of sent) if (now - at >= againAfterMs) sent.delete(old);
      if (sent.has(key)) return false;
      sent.set(key, now);
      return true;
    },
  };
}
