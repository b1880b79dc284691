import { expect, test } from 'vitest';
import { numberOf } from './quantity.ts';

test.each([
  ['2', 2],
  ['250m', 0.25],
  ['1.5Gi', 1_610_612_736],
  ['10k', 10_000],
])('%s', (quantity, number) => {
  expect(numberOf(quantity)).toBeCloseTo(number, 9);
});

test('refuses what is no quantity', () => {
  expect(() => numberOf('1Gb')).toThrow('1Gb is no quantity.');
});
