import {
  apiKeysIn,
  type KeyHolder,
  type ReviewPerson,
  type ReviewTaskRow,
  type Session,
} from '@docfleet/database';
import { ReviewConflict } from '../core/review-conflict.ts';
import { holderOfTask } from './review-answers.ts';

/** A caller with a tenant. */
export type Reviewer = KeyHolder & { readonly tenantId: string };

/** Who makes the call, with the name that other people know it by. */
export async function personOf(session: Session, caller: Reviewer): Promise<ReviewPerson> {
  const { keyId: id, identity, tenantId } = caller;
  if (identity !== undefined) return { id, name: identity.subject };
  return { id, name: (await apiKeysIn(session).describe(tenantId, id))?.name ?? null };
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
