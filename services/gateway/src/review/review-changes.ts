import { createHash } from 'node:crypto';
import type { DocumentClass } from '@docfleet/contracts';
import { reviewTasksIn, reviewWorkIn, type ReviewTaskRow, type Session } from '@docfleet/database';
import { type Clock, type PageReading, type ReviewedDocument } from '@docfleet/domain';
import {
  applyChanges,
  isRefusal,
  judgeReview,
  maxChangesOfTask,
  undoableOf,
  withVerdict,
  type ChangeKind,
  type ChangeRecord,
  type ReviewChange,
} from '@docfleet/review-work';
import type { AsCaller } from '../adapters/caller-session.ts';
import type { ReviewReadings } from '../adapters/review-readings.ts';
import { found } from '../core/found.ts';
import { RefusedRequest } from '../core/problem.ts';
import { documentsOfTask } from './review-answers.ts';
import { conflictOf, personOf, requireHeld, type Reviewer } from './people.ts';

export interface ReviewChangesOptions {
  readonly asCaller: AsCaller;
  readonly readings: ReviewReadings;
  readonly clock: Clock;
  readonly classes: readonly DocumentClass[];
  readonly leaseMs: number;
  /** Told of the kinds of what was changed, for metrics. */
  readonly onChanged: (kinds: readonly ChangeKind[]) => void;
}

export interface RequestedChanges {
  readonly version: number;
  readonly changeId?: string | undefined;
  readonly changes: readonly ReviewChange[];
}

/** Corrections of a task (H-01). */
export interface ReviewChanges {
  /**
   * Makes all changes or none, and renews the claim. The rules run again on what the documents have then. The same
   * `changeId` with the same changes again changes nothing.
   *
   * @throws FailureError `NOT_FOUND`; ReviewConflict `TASK_CLOSED`, `LEASE_LOST`, `VERSION_CONFLICT`, and `CHANGE_CONFLICT`
   *   for a changeId of other changes;
   *   RefusedRequest `CHANGE_REFUSED` with the change that does not fit, or because the task has too many
   */
  change(caller: Reviewer, taskId: string, requested: RequestedChanges): Promise<ReviewTaskRow>;
}

export function createReviewChanges(options: ReviewChangesOptions): ReviewChanges {
  const { asCaller, readings, clock, leaseMs, onChanged } = options;
  return {
    change: async (caller, taskId, requested) => {
      const { version, changeId, changes } = requested;
      const call = changeId === undefined ? null : { changeId, digest: digestOf(changes) };
      const before = await asCaller(caller, async (session) =>
        found(await reviewTasksIn(session).find(taskId)),
      );
      // Before the transaction, which must not wait for the store: the readings of a task never change.
      const pages = await readings.of(before.results['readings']);
      const kinds: ChangeKind[] = [];
      const after = await asCaller(caller, async (session) => {
        const tasks = reviewTasksIn(session);
        const work = reviewWorkIn(session);
        const task = found(await tasks.lock(taskId));
        const made = call === null ? undefined : await work.digestOf(taskId, call.changeId);
        if (made !== undefined) {
          if (made !== call?.digest) throw conflictOf('CHANGE_CONFLICT', task, caller);
          return task;
        }
        requireHeld(task, caller, version);
        if ((await work.countChanges(taskId)) + changes.length > maxChangesOfTask) {
          const message = `The task has as many changes as are kept (${String(maxChangesOfTask)}): decide it, or send it back.`;
          throw new RefusedRequest('CHANGE_REFUSED', [{ path: 'changes', message }]);
        }
        const undoable = await standingChanges(session, { taskId, actor: caller.keyId, changes });
        const applied = applyChanges({
          documents: documentsOfTask(task),
          changes,
          undoable,
          facts: { classes: options.classes, pages },
        });
        if (isRefusal(applied)) {
          const { at, refusal } = applied;
          throw new RefusedRequest('CHANGE_REFUSED', [{ path: `changes.${String(at)}`, message: refusal }]);
        }
        const documents = judged(task, applied.documents, pages, options.classes);
        await work.save({
          taskId,
          tenantId: task.tenantId,
          person: await personOf(session, caller),
          at: clock.now(),
          forMs: leaseMs,
          call,
          documentClass: documents[0]?.documentClass ?? task.documentClass,
          work: documents,
          changes: applied.records,
        });
        kinds.push(...applied.records.map(({ kind }) => kind));
        return found(await tasks.find(taskId));
      });
      onChanged(kinds);
      return after;
    },
  };
}

/** SHA-256 of the changes. The version is left out: a call may be repeated with the one that the task has since. */
function digestOf(changes: readonly ReviewChange[]): string {
  return createHash('sha256').update(JSON.stringify(changes)).digest('hex');
}

/** The documents with what the rules say of them now. */
function judged(
  task: ReviewTaskRow,
  documents: readonly ReviewedDocument[],
  pages: readonly PageReading[],
  classes: readonly DocumentClass[],
): readonly ReviewedDocument[] {
  const { context: run, pageCount } = task;
  return withVerdict(documents, judgeReview({ documents, pages, classes, pageCount, run }));
}

/** As many of the caller's last changes that stand as there are to be taken back, oldest first. */
async function standingChanges(
  session: Session,
  of: { readonly taskId: string; readonly actor: string; readonly changes: readonly ReviewChange[] },
): Promise<readonly ChangeRecord[]> {
  const count = of.changes.filter(({ op }) => op === 'undo').length;
  if (count === 0) return [];
  const work = reviewWorkIn(session);
  const kinds = await work.kindsOf(of.taskId, of.actor);
  const standing = undoableOf(kinds as readonly { readonly id: bigint; readonly kind: ChangeKind }[], count);
  // The table has what `applyChanges` made.
  return (await work.changes(standing.map(({ id }) => id))) as unknown as readonly ChangeRecord[];
}
