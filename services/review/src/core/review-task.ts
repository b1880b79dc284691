import type { ReviewTask } from '@docfleet/contracts';
import { latestTime, reviewTaskIdOf, type DocumentFields, type RunVerdict } from '@docfleet/domain';
import { doubtOf, judgedDocuments, needsTwoPeople } from '@docfleet/judgement';

/** What the machine found and judged. */
export interface MachineResults {
  readonly documents: readonly DocumentFields[];
  readonly verdict: RunVerdict;
}

/** A task of the people who look at results. Times are in milliseconds since the epoch. */
export interface TaskForPeople extends MachineResults, Omit<ReviewTask, 'context'> {
  readonly taskId: string;
  /** Of the run, with the time that people have. */
  readonly context: ReviewTask['context'];
  /** Of the first document. */
  readonly documentClass: string;
  /** How unsure the machine is, from 0 to 1. */
  readonly doubt: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Whether two people approve it. */
  readonly fourEyes: boolean;
}

/** The task of a record: the same record gives the same task, but for its times. */
export function taskOf(
  task: ReviewTask,
  { documents, verdict }: MachineResults,
  { at, expiryMs }: { readonly at: number; readonly expiryMs: number },
): TaskForPeople {
  const expiresAt = Math.max(task.context.expiresAt, Math.min(latestTime, at + expiryMs));
  return {
    ...task,
    taskId: reviewTaskIdOf(task.context),
    context: { ...task.context, expiresAt },
    documents,
    verdict,
    documentClass: documents[0]?.documentClass ?? 'other',
    doubt: doubtOf(judgedDocuments(documents, []), verdict),
    createdAt: at,
    expiresAt,
    fourEyes: needsTwoPeople(documents, task.context.fourEyesAbove),
  };
}
