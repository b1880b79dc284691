import { expect, it } from 'vitest';
import { lossesSince } from './baseline.ts';

it('names what is more than one point worse, and what is not measured any more', () => {
  const stored = { mean: 0.9, total: 0.95, date: 0.8, seller: 0.7 };
  expect(lossesSince(stored, { mean: 0.89, total: 0.93, date: 0.99 })).toEqual([
    'total: was 0.950, is 0.930',
    'seller: was 0.700, is not measured',
  ]);
  expect(lossesSince(stored, stored)).toEqual([]);
});
