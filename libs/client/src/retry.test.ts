import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pauseBeforeRetry, retryAfterMs } from './retry.ts';

const now = Date.parse('2026-01-31T09:30:00Z');
const pause = (failed: Parameters<typeof pauseBeforeRetry>[0], isRepeatable: boolean, tries = 1) =>
  pauseBeforeRetry(failed, { isRepeatable, tries }, { now, random: 1 });

test('a call that may have had an effect is repeated only where that is harmless', () => {
  expect(pause('no answer', true)).toBe(500);
  expect(pause('no answer', false)).toBeUndefined();
  expect(pause({ status: 503, retryAfter: null }, true)).toBe(500);
  expect(pause({ status: 503, retryAfter: '1' }, false)).toBeUndefined();
  expect(pause({ status: 429, retryAfter: '7' }, false)).toBe(7_000);
  for (const status of [400, 401, 403, 404, 409, 410, 413, 500]) {
    expect(pause({ status, retryAfter: '1' }, true)).toBeUndefined();
  }
});

test('pauses double up to a bound, and are never shorter than the answer asks for', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((tries) => pause('no answer', true, tries))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
  ]);
  fc.assert(
    fc.property(
      fc.record({
        tries: fc.integer({ min: 1, max: 2_000 }),
        random: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.integer({ min: 0, max: 100 }),
      ({ tries, random }, seconds) => {
        const failed = { status: 503, retryAfter: String(seconds) };
        const ms = pauseBeforeRetry(failed, { isRepeatable: true, tries }, { now, random });
        expect(ms).toBeGreaterThanOrEqual(Math.max(250, seconds * 1_000));
        expect(ms).toBeLessThanOrEqual(Math.max(15_000, seconds * 1_000));
      },
    ),
  );
});

test('Retry-After is seconds or a date', () => {
  expect(retryAfterMs('12', now)).toBe(12_000);
  expect(retryAfterMs('Sat, 31 Jan 2026 09:30:30 GMT', now)).toBe(30_000);
  expect(retryAfterMs('Sat, 31 Jan 2026 09:29:00 GMT', now)).toBe(0);
  expect(retryAfterMs('soon', now)).toBeUndefined();
  expect(retryAfterMs(null, now)).toBeUndefined();
});
