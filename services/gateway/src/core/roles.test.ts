import { fleetRoles, roles } from '@docfleet/domain';
import { expect, it } from 'vitest';
import { actions, mayDo } from './roles.ts';

it('A-07: allows each role its actions', () => {
  const table = roles.map((role) => [role, actions.filter((action) => mayDo(role, action)).join(' ')]);
  expect(table).toEqual([
    [
      'producer',
      'readSelf submit cancel read readContent readUsage readArtifacts readEvidence readBatches cancelBatch',
    ],
    ['viewer', 'readSelf read readContent readUsage readArtifacts readBatches'],
    ['reviewer', 'readSelf read readContent readUsage readArtifacts readEvidence readBatches review'],
    [
      'tenant-admin',
      'readSelf submit cancel read readContent readUsage readArtifacts readEvidence readDeadLetters redrive manageKeys manageWebhooks eraseRun readBatches cancelBatch review manageReview readReviewPolicy setReviewPolicy draftClass exportLabels',
    ],
    [
      'operator',
      'readSelf cancel read readDeadLetters redrive readSetAside redriveSetAside readTenants readFleet orderFleet readReviewPolicy',
    ],
    [
      'fleet-admin',
      'readSelf cancel read readDeadLetters redrive readSetAside redriveSetAside readTenants manageTenants manageKeys manageFleetKeys eraseRun eraseTenant readFleet orderFleet manageModels readAudit readReviewPolicy setReviewPolicy',
    ],
  ]);
});

it('A-07: keeps what documents say from those who run the fleet', () => {
  const content = [
    'submit',
    'readContent',
    'readArtifacts',
    'readEvidence',
    'review',
    'manageReview',
  ] as const;
  expect(fleetRoles.flatMap((role) => content.filter((action) => mayDo(role, action)))).toEqual([]);
});
