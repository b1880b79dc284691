import type { Role } from '@docfleet/domain';

/** Actions that a role may allow. */
export const actions = [
  'submit',
  'cancel',
  'read',
  'readArtifacts',
  'readEvidence',
  'readDeadLetters',
  'redrive',
] as const;
export type Action = (typeof actions)[number];

/** Evidence contains the words of a document, so operators, who run the fleet, may not read it. */
const allowed: Readonly<Record<Action, readonly Role[]>> = {
  submit: ['producer', 'operator', 'admin'],
  cancel: ['producer', 'operator', 'admin'],
  read: ['producer', 'viewer', 'reviewer', 'operator', 'admin'],
  readArtifacts: ['producer', 'viewer', 'reviewer', 'admin'],
  readEvidence: ['producer', 'reviewer', 'admin'],
  readDeadLetters: ['operator', 'admin'],
  redrive: ['operator', 'admin'],
};

export function mayDo(role: Role, action: Action): boolean {
  return allowed[action].includes(role);
}
