import type { Role } from '@docfleet/domain';

/** Actions that a role may allow. Every route names one, or is public. */
export const actions = [
  'readSelf',
  'submit',
  'cancel',
  'read',
  'readContent',
  'readUsage',
  'readArtifacts',
  'readEvidence',
  'readDeadLetters',
  'redrive',
  'readSetAside',
  'redriveSetAside',
  'readTenants',
  'manageTenants',
  'manageKeys',
  'manageFleetKeys',
  'manageWebhooks',
  'eraseRun',
  'eraseTenant',
  'readFleet',
  'orderFleet',
  'manageModels',
  'readAudit',
  'readBatches',
  'cancelBatch',
  'review',
  'manageReview',
  'readReviewPolicy',
  'setReviewPolicy',
  'draftClass',
  'exportLabels',
] as const;
export type Action = (typeof actions)[number];

const reading = ['readSelf', 'read', 'readContent', 'readArtifacts', 'readBatches', 'readUsage'] as const;
const operating = [
  'readSelf',
  'cancel',
  'read',
  'readDeadLetters',
  'redrive',
  'readSetAside',
  'redriveSetAside',
  'readTenants',
  'readFleet',
  'orderFleet',
  'readReviewPolicy',
] as const;

/**
 * What each role may do. A role of a tenant does it with what belongs to that tenant, a fleet role with what belongs to
 * any. Fleet roles read neither content, artifacts nor evidence: who runs the fleet need not see documents.
 */
const allowed: Readonly<Record<Role, readonly Action[]>> = {
  producer: ['submit', 'cancel', 'cancelBatch', ...reading, 'readEvidence'],
  viewer: reading,
  reviewer: [...reading, 'readEvidence', 'review'],
  'tenant-admin': [
    'submit',
    'cancel',
    'cancelBatch',
    ...reading,
    'readEvidence',
    'readDeadLetters',
    'redrive',
    'manageKeys',
    'manageWebhooks',
    'eraseRun',
    'review',
    'manageReview',
    'readReviewPolicy',
    'setReviewPolicy',
    'draftClass',
    'exportLabels',
  ],
  operator: operating,
  'fleet-admin': [
    ...operating,
    'manageTenants',
    'manageKeys',
    'manageFleetKeys',
    'eraseRun',
    'eraseTenant',
    'manageModels',
    'readAudit',
    'setReviewPolicy',
  ],
};

export function mayDo(role: Role, action: Action): boolean {
  return allowed[role].includes(action);
}

/** Everything that a role may do. */
export function actionsOf(role: Role): readonly Action[] {
  return allowed[role];
}
