import {
  apiKeysIn,
  type KeyHolder,
  type ReviewPerson,
  type ReviewTaskRow,
  type Session,
} from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import { RefusedRequest } from '../core/problem.ts';
import { ReviewConflict } from '../core/review-conflict.ts';
import { mayDo } from '../core/roles.ts';
import { holderOfTask } from './review-answers.ts';

/** A caller with a tenant. */
export type Reviewer = KeyHolder & { readonly tenantId: string };

/** Who makes the call, with the name that other people know it by. */
export async function personOf(session: Session, caller: Reviewer): Promise<ReviewPerson> {
  const { keyId: id, identity, tenantId } = caller;
  if (identity !== undefined) return { id, name: identity.subject };
  return { id, name: (await apiKeysIn(session).describe(tenantId, id))?.name ?? null };
}

/** The name of somebody with a token or a certificate: subject and issuer (`KeyHolder.keyId`). */
const identityShape = /^[^\p{C}]+ \([^()\s]+(?: [^()\s]+)*\)$/u;

/**
 * A person that a task can be given to: a valid key of the tenant whose role reviews. People with tokens or certificates
 * cannot be listed, so theirs is taken where it has the form `<subject> (<issuer>)`.
 *
 * @throws RefusedRequest `CHANGE_REFUSED`
 */
export async function assignee(
  session: Session,
  to: ReviewPerson,
  { tenantId, clock }: { readonly tenantId: string; readonly clock: Clock },
): Promise<ReviewPerson> {
  const key = await apiKeysIn(session).describe(tenantId, to.id);
  if (key === undefined) {
    if (identityShape.test(to.id)) return to;
    throw refused('is neither the id of a key of this tenant nor a person as `<subject> (<issuer>)`');
  }
  if (key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= clock.now()))
    throw refused('is a key that is not valid any more');
  if (!mayDo(key.role, 'review')) throw refused(`is a key of the role ${key.role}, which does not review`);
  return { id: to.id, name: to.name ?? key.name };
}

function refused(message: string): RefusedRequest {
  return new RefusedRequest('CHANGE_REFUSED', [{ path: 'to', message }]);
}

/** @throws ReviewConflict `TASK_CLOSED` */
export function requireWaiting(task: ReviewTaskRow, caller: Reviewer): void {
  if (task.state !== 'waiting') throw conflictOf('TASK_CLOSED', task, caller);
}

/** @throws ReviewConflict `TASK_CLOSED`, `LEASE_LOST`, `VERSION_CONFLICT` */
export function requireHeld(task: ReviewTaskRow, caller: Reviewer, version: number): void {
  requireWaiting(task, caller);
  if (!task.isHeld || task.holder !== caller.keyId) throw conflictOf('LEASE_LOST', task, caller);
  if (task.version !== version) throw conflictOf('VERSION_CONFLICT', task, caller);
}

export function conflictOf(
  code: ConstructorParameters<typeof ReviewConflict>[0],
  task: ReviewTaskRow,
  caller: Reviewer,
): ReviewConflict {
  const { version, state } = task;
  return new ReviewConflict(code, { version, state, holder: holderOfTask(task, caller.keyId) });
}
