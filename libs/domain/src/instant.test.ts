import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clampTime, dayOf, isTime, isoOf, latestTime } from './instant.ts';

const anyNumber = fc.oneof(
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(NaN, Infinity, -Infinity, latestTime, latestTime + 1, -1, 8.64e15 + 1),
);

describe('times', () => {
  it('are written in four digits for the year, whatever the number', () => {
    fc.assert(
      fc.property(anyNumber, (ms) => {
        expect(isoOf(ms)).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
        expect(isTime(clampTime(ms))).toBe(true);
      }),
    );
  });

  it('are written as they are where they can be', () => {
    expect([isoOf(0), isoOf(latestTime), dayOf(Date.UTC(2026, 0, 31, 23, 59, 59))]).toEqual([
      '1970-01-01T00:00:00.000Z',
      '9999-12-31T23:59:59.999Z',
      '2026-01-31',
    ]);
  });

  it.each([-1, latestTime + 1, NaN])('are none: %d', (ms) => {
    expect(isTime(ms)).toBe(false);
  });
});
