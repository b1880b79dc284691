import { expect, test } from 'vitest';
import { sleep, type Clock } from './clock.ts';

/** A clock whose one timer runs when told. */
function handClock(): { clock: Clock; ring: () => void; waiting: () => boolean } {
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
  return { clock, ring: () => action?.(), waiting: () => action !== undefined };
}

test('sleep ends when its time has come', async () => {
  const { clock, ring } = handClock();
  const slept = sleep(clock, 10);
  ring();
  await expect(slept).resolves.toBeUndefined();
});

test('sleep ends with the reason of the signal and leaves no timer', async () => {
  const { clock, waiting } = handClock();
  const stop = new AbortController();
  const slept = sleep(clock, 10, stop.signal);
  stop.abort(new Error('enough'));
  await expect(slept).rejects.toThrow('enough');
  expect(waiting()).toBe(false);
});
