import fc from 'fast-check';
import { expect, test } from 'vitest';
import { policyOf, textsOfPolicy, type PolicyTexts } from './review-policy.ts';

test('every policy of the API is shown, and is the same when nothing was changed', () => {
  const policies = fc.oneof(
    fc.constantFrom(null, 'never', 'below-threshold', 'always'),
    fc.integer({ min: 1, max: 100 }).map((percent) => `sample:${String(percent)}`),
  );
  const limits = fc.option(fc.integer({ min: 0, max: 1e12 }).map((amount) => amount / 100));
  fc.assert(
    fc.property(policies, limits, (policy, fourEyesAbove) => {
      expect(policyOf(textsOfPolicy({ policy, fourEyesAbove }))).toEqual({
        policy: { policy, fourEyesAbove },
      });
    }),
  );
});

test('what cannot be read is named, and a share counts for a sample alone', () => {
  const texts: PolicyTexts = { kind: 'sample', percent: '5', fourEyesAbove: '' };
  expect(policyOf({ ...texts, percent: '0' })).toEqual({ faults: ['percent'] });
  expect(policyOf({ ...texts, percent: '101', fourEyesAbove: 'much' })).toEqual({
    faults: ['percent', 'fourEyesAbove'],
  });
  expect(policyOf({ ...texts, kind: 'always', percent: '', fourEyesAbove: ' 10000 ' })).toEqual({
    policy: { policy: 'always', fourEyesAbove: 10_000 },
  });
  expect(policyOf({ ...texts, fourEyesAbove: '-1' })).toEqual({ faults: ['fourEyesAbove'] });
});
