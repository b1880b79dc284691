import { expect, it } from 'vitest';
import { policiesOf, textsOfPolicies, type TenantPolicies } from './tenant-policies.ts';

it('A-08: reads what it writes', () => {
  const policies: TenantPolicies = {
    requestsPerMinute: 60,
    bytesPerDay: 1_000_000,
    pagesPerDay: 0,
    costPerDay: 12.5,
    documentsInFlight: 3,
    intakePreset: 'conservative',
    region: 'north',
    regionRouting: 'proxy',
    review: 'sample:5',
    reviewFourEyesAbove: 1000,
  };
  expect(policiesOf({ policies: textsOfPolicies(policies) })).toEqual(policies);
});

it('A-08: counts what it cannot read as absent', () => {
  const policies = {
    bytesPerDay: 'many',
    pagesPerDay: '-1',
    intakePreset: 'reckless',
    regionRouting: '',
    review: 'sometimes',
    reviewFourEyesAbove: 'much',
    later: '1',
  };
  expect(policiesOf({ policies })).toEqual({});
  expect(policiesOf(undefined)).toEqual({});
});
