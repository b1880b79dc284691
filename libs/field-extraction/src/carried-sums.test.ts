import { searchText } from '@docfleet/domain';
import { expect, it } from 'vitest';
import { isCarriedSum } from './carried-sums.ts';

it.each([
  ['Übertrag 12,00', true],
  ['Carried forward', true],
  ['A riportare', true],
  ['Total 12.00', false],
  ['Transport of goods', false],
])('knows of %s whether it is a sum carried forward: %s', (text, wanted) => {
  expect(isCarriedSum(searchText(text))).toBe(wanted);
});
