import { expect, test } from 'vitest';
import { readReviewSearch } from './review-filter.ts';

test('an address says which tasks are listed, and what it does not know is left out', () => {
  const search = { state: 'decided', class: 'receipt', lane: 'urgent', mine: true, said: 'none' };
  expect(readReviewSearch(search)).toEqual(search);
  expect(
    readReviewSearch({ state: 'waiting', class: '', lane: 7, mine: 'yes', said: 'x', other: 1 }),
  ).toEqual({});
});
