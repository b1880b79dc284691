import type { Lane } from './lane.ts';

/** How a revision of a run ended. */
export const outcomeStatuses = [
  'completed',
  'completed_with_gaps',
  'failed',
  'cancelled',
  'expired',
] as const;
export type OutcomeStatus = (typeof outcomeStatuses)[number];

/**
 * State of a run: `accepted` and not started, `running` in its stages, `in_review` while a person holds it, or ended.
 * `rejected` was never accepted.
 */
export const runStatuses = ['accepted', 'running', 'in_review', 'rejected', ...outcomeStatuses] as const;
export type RunStatus = (typeof runStatuses)[number];

/** The terminal topic an ending goes to. */
export function terminalTopicOf(status: OutcomeStatus): 'documents.completed' | 'documents.failed' {
  switch (status) {
    case 'completed':
    case 'completed_with_gaps':
      return 'documents.completed';
    case 'failed':
    case 'cancelled':
    case 'expired':
      return 'documents.failed';
  }
}

/** Limits a document must keep, fixed at the claim and carried with the run (D-01). */
export interface DocumentLimits {
  readonly maxBytes: number;
  readonly maxPages: number;
  /** Pixels of one page image. */
  readonly maxPagePixels: number;
}

export const defaultLimits: DocumentLimits = {
  maxBytes: 50 * 1024 * 1024,
  maxPages: 200,
  maxPagePixels: 120_000_000,
};

/** Active stage time a run may use, in milliseconds (M-10); waiting does not count. */
export const runBudgetMs = 600_000;

/** Time from claim to forced end, in milliseconds (M-10, `RUN_EXPIRED`). */
export const runExpiryMs = 24 * 60 * 60 * 1000;

/** Time for which a run that needs a person is kept open, from when its task is stored, in milliseconds. */
export const reviewExpiryMs = 30 * 24 * 60 * 60 * 1000;

/** The topic family a stage reads, in one lane. */
export function taskTopic(stage: string, lane: Lane): string {
  return stage === 'preprocess' ? `documents.${lane}` : `${stage}.tasks.${lane}`;
}
