import { expect, test } from 'vitest';
import { isReviewPolicy, samplePercent } from './review-policy.ts';

test('H-01: policies of review are read as written, and nothing else is one', () => {
  const policies = ['never', 'below-threshold', 'always', 'sample:1', 'sample:25', 'sample:100'];
  expect(policies.map((policy) => [isReviewPolicy(policy), samplePercent(policy)])).toEqual([
    [true, undefined],
    [true, undefined],
    [true, undefined],
    [true, 1],
    [true, 25],
    [true, 100],
  ]);
  const others = ['', 'sample:', 'sample:0', 'sample:101', 'sample:1.5', 'sample: 5', 'Always', undefined];
  expect(others.map(isReviewPolicy)).toEqual(others.map(() => false));
});
