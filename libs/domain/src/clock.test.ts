import { expect, test } from 'vitest';
import { sleep, type Clock } from './clock.ts';

/** A clock whose one timer fires when `fire` is called. */
function manualClock(): { clock: Clock; fire: () => void; waiting: () => boolean } {
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
  return { clock, fire: () => action?.(), waiting: () => action !== undefined };
}

test('sleep ends when its time has come', async () => {
  const { clock, fire } = manualClock();
  const slept = sleep(clock, 10);
  fire();
  await expect(slept).resolves.toBeUndefined();
});

test('sleep ends with the reason of the signal and leaves no timer', async () => {
  const { clock, waiting } = manualClock();
  const stop = new AbortController();
  const slept = sleep(clock, 10, stop.signal);
  stop.abort(new Error('enough'));
  await expect(slept).rejects.toThrow('enough');
  expect(waiting()).toBe(false);
});
