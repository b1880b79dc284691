import type { Clock } from '../src/clock.ts';

/** A clock with one timer, which fires when `fire` is called. */
export function manualClock(): { clock: Clock; fire: () => void; hasTimer: () => boolean } {
  let action: (() => void) | undefined;
  const clock: Clock = {
    now: () => 0,
    after: (_delayMs, then) => {
      action = then;
      return () => {
        action = undefined;
      };
    },
  };
  return { clock, fire: () => action?.(), hasTimer: () => action !== undefined };
}
