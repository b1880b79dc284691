import type { Role } from '@docfleet/database';

/** What a key may be used for. */
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

/** Reading jobs is for all; evidence holds the words of a document, so operators, who run the fleet, do not see it. */
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
