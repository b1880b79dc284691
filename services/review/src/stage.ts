import type { ReviewTask } from '@docfleet/contracts';
import { skipped, waiting, type Stage, type StageContext, type StageResult } from '@docfleet/stage';
import { taskOf } from './core/review-task.ts';
import type { ResultReader, TaskStore } from './ports.ts';

export interface ReviewParts {
  readonly results: ResultReader;
  readonly tasks: TaskStore;
  /** Time for which a run is kept open from when its task is stored, in milliseconds. */
  readonly expiryMs: number;
}

/** Default time limit of one attempt, in milliseconds. */
export const defaultReviewTimeoutMs = 30_000;

/**
 * Stores a task for people and ends its step: no record waits for them. The run expires later from then on. A person's
 * decision leaves Postgres through the outbox, as one record for integration, or for the stage that begins the next round.
 */
export function reviewStage(
  parts: ReviewParts,
  options: { readonly maxConcurrentRuns: number; readonly timeoutMs: number },
): Stage<'review.tasks.normal'> {
  return {
    name: 'review',
    version: '1',
    maxConcurrentRuns: options.maxConcurrentRuns,
    timeoutMs: () => options.timeoutMs,
    timeoutCode: 'TIMEOUT_REVIEW',
    runOf: (task) => task.context,
    acceptsRuns: false,
    retries: 'topics',
    restartWhenInDoubt: false,
    cancellable: true,
    handle: (task, context) => handle(parts, task, context),
  };
}

async function handle(parts: ReviewParts, task: ReviewTask, context: StageContext): Promise<StageResult> {
  const results = await parts.results.load(task, context.signal);
  const times = { at: context.clock.now(), expiryMs: parts.expiryMs };
  const stored = await parts.tasks.store(taskOf(task, results, times), context.signal);
  if (stored.kind === 'ended') return skipped('already ended');
  if (task.afterwards) return skipped('the run ends without waiting');
  return waiting(task.pageCount, stored.expiresAt);
}
