import { FailureError, reviewTaskStates, type FailureCode } from '@docfleet/domain';
import { z } from 'zod';

/** The task as it is, beside the reason why a call was refused. */
export const conflictingTaskSchema = z
  .object({
    version: z.int(),
    state: z.enum(reviewTaskStates),
    holder: z
      .object({
        id: z.string(),
        name: z.string().nullable(),
        isMe: z.boolean(),
        until: z.iso.datetime(),
      })
      .nullable(),
  })
  .meta({ id: 'ConflictingReviewTask' });

export type ConflictingTask = z.infer<typeof conflictingTaskSchema>;

/** A call that does not fit the task as it is, with what the caller has to know of it. */
export class ReviewConflict extends FailureError {
  readonly task: ConflictingTask;

  constructor(
    code: Extract<
      FailureCode,
      'VERSION_CONFLICT' | 'LEASE_LOST' | 'TASK_CLOSED' | 'CHANGE_CONFLICT' | 'DECISION_CONFLICT'
    >,
    task: ConflictingTask,
  ) {
    super(code);
    this.name = 'ReviewConflict';
    this.task = task;
  }
}
