import { expect, test } from 'vitest';
import { restartDelayMs } from './back-off.ts';

test('the wait doubles from half a second to ten', () => {
  const waits: number[] = [];
  for (let wait = 0; waits.length < 7; waits.push(wait)) wait = restartDelayMs(wait, 100);
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test('a life of a minute resets the wait', () => {
  expect(restartDelayMs(10_000, 60_000)).toBe(500);
  expect(restartDelayMs(10_000, 59_999)).toBe(10_000);
});
