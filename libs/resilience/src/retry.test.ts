import type { Clock } from '@docfleet/domain';
import { expect, test } from 'vitest';
import { retryTransient } from './retry.ts';

/** A clock on which every wait ends at once. */
function instantClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => 0,
    after: (delayMs, action) => {
      waits.push(delayMs);
      queueMicrotask(action);
      return () => undefined;
    },
  };
}

const rule = { retries: 3, firstDelayMs: 2000, factor: 2, signal: new AbortController().signal };

test('D-03 retries three times, after 2, 4 and 8 s', async () => {
  const clock = instantClock();
  let calls = 0;
  const action = (): Promise<never> => {
    calls += 1;
    return Promise.reject(new Error('transient'));
  };
  await expect(retryTransient(action, { ...rule, clock, isTransient: () => true })).rejects.toThrow(
    'transient',
  );
  expect([calls, clock.waits]).toEqual([4, [2000, 4000, 8000]]);
});

test('ends with the first success', async () => {
  const clock = instantClock();
  let calls = 0;
  const action = (): Promise<string> => {
    calls += 1;
    return calls < 2 ? Promise.reject(new Error('transient')) : Promise.resolve('fine');
  };
  expect(await retryTransient(action, { ...rule, clock, isTransient: () => true })).toBe('fine');
  expect(clock.waits).toEqual([2000]);
});

test('an error that is not transient is thrown at once', async () => {
  const clock = instantClock();
  const action = (): Promise<never> => Promise.reject(new Error('broken'));
  await expect(retryTransient(action, { ...rule, clock, isTransient: () => false })).rejects.toThrow(
    'broken',
  );
  expect(clock.waits).toEqual([]);
});
