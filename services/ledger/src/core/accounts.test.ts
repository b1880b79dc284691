import { expect, it } from 'vitest';
import { accountsOf } from './accounts.ts';

const counts = new Map([
  ['accepted', 10],
  ['ended.completed', 5],
  ['ended.expired', 1],
]);

it('O-03: adds up to zero when every run is somewhere', () => {
  expect(accountsOf(counts, 4)).toEqual({
    accepted: 10,
    ended: { completed: 5, completed_with_gaps: 0, failed: 0, cancelled: 0, expired: 1 },
    inFlight: 4,
    difference: 0,
  });
});

it('O-03: shows a run that is nowhere', () => {
  expect(accountsOf(counts, 3).difference).toBe(1);
});
