import type { CompletedDocument, DocumentClass, Run } from '@docfleet/contracts';
import {
  reviewTasksIn,
  reviewWorkIn,
  type ReviewChangeRow,
  type ReviewClassCount,
  type ReviewDecisionRow,
  type ReviewTaskFilter,
  type ReviewTaskOverview,
  type ReviewTaskRow,
  type Session,
} from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import { completedDocuments } from '@docfleet/review-work';
import type { AsCaller } from '../adapters/caller-session.ts';
import { noteChange } from '../audit-note.ts';
import { found } from '../core/found.ts';
import { InvalidRequest } from '../core/problem.ts';
import { assignee, conflictOf, personOf, requireWaiting, type Reviewer } from './people.ts';

export interface ReviewQueueOptions {
  readonly asCaller: AsCaller;
  readonly clock: Clock;
  readonly classes: readonly DocumentClass[];
  /** Time that a claim lasts, in milliseconds. */
  readonly leaseMs: number;
}

/** A claim as the caller asked for it: refused claims tell who holds the task. */
export interface ClaimAnswer {
  readonly acquired: boolean;
  readonly task: ReviewTaskRow;
}

/** The queue of a tenant's reviews: who works on what (H-01). Methods that name a task throw `NOT_FOUND`, also for one of another tenant. */
export interface ReviewQueue {
  /** @throws InvalidRequest for a cursor of a task that there is not */
  list(
    caller: Reviewer,
    filter: Omit<ReviewTaskFilter, 'tenantId' | 'heldBy'> & { readonly mine: boolean },
  ): Promise<{ readonly tasks: readonly ReviewTaskOverview[]; readonly counts: readonly ReviewClassCount[] }>;
  find(caller: Reviewer, taskId: string): Promise<ReviewTaskRow>;
  /** Claims the best free task; undefined when there is none. */
  next(
    caller: Reviewer,
    wanted: { readonly documentClass: string | undefined; readonly skip: readonly string[] },
  ): Promise<ReviewTaskRow | undefined>;
  /** Claims a task, or renews the claim. @throws ReviewConflict `TASK_CLOSED`, `VERSION_CONFLICT` */
  claim(caller: Reviewer, taskId: string, version: number | undefined): Promise<ClaimAnswer>;
  /** Gives a claim up; of somebody else for a caller who may manage them. @throws ReviewConflict `LEASE_LOST` */
  release(caller: Reviewer, taskId: string, mayManage: boolean): Promise<ClaimAnswer>;
  /** Gives a task to a person. @throws ReviewConflict `TASK_CLOSED`; RefusedRequest `CHANGE_REFUSED` for somebody who cannot review it */
  assign(
    caller: Reviewer,
    taskId: string,
    to: { readonly id: string; readonly name: string | null },
  ): Promise<ClaimAnswer>;
  /** The caller does not get the task from `next` again. @throws ReviewConflict `TASK_CLOSED` */
  skip(caller: Reviewer, taskId: string, reason: string): Promise<ReviewTaskRow>;
  /** What the machine found of a run that waits for a person; undefined for every other run. */
  documentsOf(
    caller: Reviewer,
    run: Pick<Run, 'runId' | 'revision' | 'status'>,
  ): Promise<readonly CompletedDocument[] | undefined>;
  history(
    caller: Reviewer,
    taskId: string,
    page: { readonly after: bigint | undefined; readonly limit: number },
  ): Promise<{
    readonly changes: readonly ReviewChangeRow[];
    readonly decision: ReviewDecisionRow | undefined;
  }>;
}

export function createReviewQueue({ asCaller, clock, leaseMs }: ReviewQueueOptions): ReviewQueue {
  const taskIn = async (session: Session, taskId: string): Promise<ReviewTaskRow> =>
    found(await reviewTasksIn(session).find(taskId));
  const noteTask = (
    session: Session,
    caller: Reviewer,
    note: { readonly action: string; readonly task: ReviewTaskRow; readonly to?: string },
  ): Promise<void> =>
    noteChange(session, caller, clock.now(), {
      action: note.action,
      tenantId: caller.tenantId,
      subject: note.task.taskId,
      detail: { runId: note.task.runId, ...(note.to !== undefined && { to: note.to }) },
    });
  return {
    list: (caller, { mine, ...filter }) =>
      asCaller(caller, async (session) => {
        const tasks = reviewTasksIn(session);
        const heldBy = mine ? caller.keyId : undefined;
        const { tenantId } = caller;
        const listed = await tasks.list({ ...filter, tenantId, heldBy });
        if (listed === undefined) {
          throw new InvalidRequest([{ path: 'cursor', message: 'is not a cursor returned by this list' }]);
        }
        return { tasks: listed, counts: await tasks.countByClass() };
      }),
    find: (caller, taskId) => asCaller(caller, (session) => taskIn(session, taskId)),
    next: (caller, { documentClass, skip }) =>
      asCaller(caller, async (session) => {
        const person = await personOf(session, caller);
        const request = { person, forMs: leaseMs, documentClass, skip };
        const taskId = await reviewTasksIn(session).claimNext(request);
        return taskId === undefined ? undefined : taskIn(session, taskId);
      }),
    claim: (caller, taskId, version) =>
      asCaller(caller, async (session) => {
        const person = await personOf(session, caller);
        const acquired = await reviewTasksIn(session).claim({ taskId, person, forMs: leaseMs, version });
        const task = await taskIn(session, taskId);
        if (acquired) return { acquired, task };
        requireWaiting(task, caller);
        if (!task.isHeld) throw conflictOf('VERSION_CONFLICT', task, caller);
        return { acquired, task };
      }),
    release: (caller, taskId, mayManage) =>
      asCaller(caller, async (session) => {
        const tasks = reviewTasksIn(session);
        const task = found(await tasks.lock(taskId));
        if (!task.isHeld) return { acquired: false, task };
        if (task.holder !== caller.keyId && !mayManage) throw conflictOf('LEASE_LOST', task, caller);
        await tasks.release(taskId);
        if (task.holder !== caller.keyId) await noteTask(session, caller, { action: 'review.release', task });
        return { acquired: false, task: await taskIn(session, taskId) };
      }),
    assign: (caller, taskId, to) =>
      asCaller(caller, async (session) => {
        const tasks = reviewTasksIn(session);
        const task = found(await tasks.lock(taskId));
        requireWaiting(task, caller);
        const person = await assignee(session, to, { tenantId: caller.tenantId, clock });
        await tasks.release(taskId);
        await tasks.claim({ taskId, person, forMs: leaseMs });
        await noteTask(session, caller, { action: 'review.assign', task, to: to.id });
        return { acquired: to.id === caller.keyId, task: await taskIn(session, taskId) };
      }),
    skip: (caller, taskId, reason) =>
      asCaller(caller, async (session) => {
        const tasks = reviewTasksIn(session);
        const task = found(await tasks.lock(taskId));
        requireWaiting(task, caller);
        const { tenantId, keyId: actor } = caller;
        await tasks.skip({ taskId, tenantId, actor, at: clock.now(), reason });
        return taskIn(session, taskId);
      }),
    documentsOf: async (caller, { runId, revision, status }) => {
      if (status !== 'in_review') return undefined;
      const task = await asCaller(caller, (session) => reviewTasksIn(session).findOfRun(runId, revision));
      return task === undefined ? undefined : completedDocuments(task.documents, task.verdict);
    },
    history: (caller, taskId, page) =>
      asCaller(caller, async (session) => {
        await taskIn(session, taskId);
        const work = reviewWorkIn(session);
        return { changes: await work.history(taskId, page), decision: await work.decisionOf(taskId) };
      }),
  };
}
