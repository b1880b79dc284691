import { expect, test } from 'vitest';
import { instantOf, localText } from './local-time.ts';

test('a time is shown in the zone of the reader, and read as it was', () => {
  const ms = Date.UTC(2026, 0, 31, 8, 5);
  expect(localText(ms)).toMatch(/^2026-0[12]-\d\dT\d\d:\d\d$/);
  expect(instantOf(localText(ms))).toBe(new Date(ms).toISOString());
});

test('what is no time is none', () => {
  expect(['', '2026-01-31', '2026-13-40T99:99'].map(instantOf)).toEqual([undefined, undefined, undefined]);
});
