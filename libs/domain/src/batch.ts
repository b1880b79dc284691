import type { RunStatus } from './run.ts';

/** State of a batch. A `DRAFT` still takes files; the last four are ends. */
export const batchStates = [
  'DRAFT',
  'QUEUED',
  'PROCESSING',
  'COMPLETED',
  'PARTIALLY_COMPLETED',
  'FAILED',
  'CANCELLED',
] as const;
export type BatchState = (typeof batchStates)[number];

/** The files of a batch, by what their runs are. All but `files` add up to `files`. */
export interface BatchCounts {
  readonly files: number;
  /** Accepted, and not begun. */
  readonly waiting: number;
  readonly running: number;
  /** A person looks at them before they end. */
  readonly inReview: number;
  /** With or without gaps, whatever the verdict. */
  readonly completed: number;
  /** Failed, expired or rejected. */
  readonly failed: number;
  readonly cancelled: number;
}

const groupOfStatus: Readonly<Record<RunStatus, Exclude<keyof BatchCounts, 'files'>>> = {
  accepted: 'waiting',
  running: 'running',
  in_review: 'inReview',
  completed: 'completed',
  completed_with_gaps: 'completed',
  failed: 'failed',
  expired: 'failed',
  rejected: 'failed',
  cancelled: 'cancelled',
};

/** Counts files by the status of their runs; null: a file of a draft, which has no run yet. */
export function countFiles(statuses: readonly (RunStatus | null)[]): BatchCounts {
  const counts = {
    files: statuses.length,
    waiting: 0,
    running: 0,
    inReview: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
  };
  for (const status of statuses) counts[groupOfStatus[status ?? 'accepted']] += 1;
  return counts;
}

/**
 * The state of a batch that was started. It is `CANCELLED` when a file was cancelled because the batch was, or when every
 * file was cancelled by itself.
 */
export function batchStateOf(
  { files, waiting, running, inReview, completed, cancelled }: BatchCounts,
  cancelAsked: boolean,
): Exclude<BatchState, 'DRAFT'> {
  if (waiting === files && files > 0) return 'QUEUED';
  if (waiting + running + inReview > 0) return 'PROCESSING';
  if (completed === files) return 'COMPLETED';
  if (cancelled === files || (cancelAsked && cancelled > 0)) return 'CANCELLED';
  return completed > 0 ? 'PARTIALLY_COMPLETED' : 'FAILED';
}

/** Whether a state is an end. */
export function isBatchEnd(state: BatchState): boolean {
  return state !== 'DRAFT' && state !== 'QUEUED' && state !== 'PROCESSING';
}
