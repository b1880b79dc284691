import { expect, test } from 'vitest';
import { percentile } from './percentile.ts';

test.each([
  [[5], 0.95, 5],
  [[4, 1, 3, 2], 0.5, 2],
  [Array.from({ length: 100 }, (_, index) => index + 1), 0.95, 95],
])('of %j, %d', (values, share, expected) => {
  expect(percentile(values, share)).toBe(expected);
});

test('of nothing is no number', () => {
  expect(percentile([], 0.5)).toBeNaN();
});
