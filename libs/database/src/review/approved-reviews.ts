import type { ObjectRef } from '@docfleet/domain';
import { sql } from 'kysely';
import { guard } from '../database-failure.ts';
import { instant } from '../instant.ts';
import type { Session } from '../open-database.ts';

/** A task whose run a person approved, with the documents as people left them. */
export interface ApprovedReview {
  readonly taskId: string;
  readonly runId: string;
  readonly input: ObjectRef;
  /** As people have corrected and confirmed them; null: nobody touched a value. */
  readonly work: readonly object[] | null;
  /** Of the decision, in milliseconds since the epoch. */
  readonly decidedAt: number;
}

export interface ApprovedReviewRange {
  /** Decisions from this time on, in milliseconds since the epoch. */
  readonly since: number;
  /** The last one of the page before. */
  readonly after?: Pick<ApprovedReview, 'decidedAt' | 'taskId'> | undefined;
  readonly limit: number;
}

/**
 * Reviews of a tenant that ended with an approval, in the order of the decisions. Of a run that was reviewed more than once
 * only the last decision counts: an approval that a later round or revision has overruled is not among them.
 */
export function approvedReviewsIn(
  session: Session,
): (range: ApprovedReviewRange) => Promise<readonly ApprovedReview[]> {
  return ({ since, after, limit }) =>
    guard(async () => {
      const rows = await session
        .selectFrom('reviewTasks as t')
        .innerJoin('reviewDecisions as d', 'd.taskId', 't.taskId')
        .select(['t.taskId', 't.runId', 't.input', 't.work', 'd.at'])
        .where('d.kind', '=', 'approve')
        .where('t.state', '=', 'decided')
        .where('d.at', '>=', instant(since))
        .where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom('reviewTasks as l')
                .innerJoin('reviewDecisions as e', 'e.taskId', 'l.taskId')
                .select('l.taskId')
                .whereRef('l.runId', '=', 't.runId')
                .where(sql<boolean>`(l.revision, l.round) > (t.revision, t.round)`),
            ),
          ),
        )
        .where((where) => {
          const place = where.tuple(instant(after?.decidedAt ?? 0), where.val(after?.taskId ?? ''));
          return where(where.refTuple('d.at', 't.taskId'), '>', place);
        })
        .orderBy('d.at')
        .orderBy('t.taskId')
        .limit(limit)
        .execute();
      return rows.map(({ at, ...row }) => ({ ...row, decidedAt: at }));
    });
}
