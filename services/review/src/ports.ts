import type { ReviewTask } from '@docfleet/contracts';
import type { MachineResults, TaskForPeople } from './core/review-task.ts';

/** Loads what the machine found and judged. */
export interface ResultReader {
  load(task: ReviewTask, signal: AbortSignal): Promise<MachineResults>;
}

/** `held`: the task is stored, now or before. `ended`: the revision has ended, or the run was erased. */
export type StoredTask = { readonly kind: 'held'; readonly expiresAt: number } | { readonly kind: 'ended' };

/** Stores tasks: each round of a revision has at most one, and a revision that has ended gets none. */
export interface TaskStore {
  store(task: TaskForPeople, signal: AbortSignal): Promise<StoredTask>;
}
