import { toFailure } from '@docfleet/domain';
import { createBreaker, type Breaker, type SettableBreaker } from '@docfleet/resilience';
import type { TaskStore } from '../ports.ts';

/**
 * The breaker of the store of tasks: 50 % of at least 5 tasks within 60 s, open for 120 s. A database that is away is
 * the matter of its own breaker: counted here as well, one trouble would look like two.
 */
export function taskStoreBreaker(): SettableBreaker {
  return createBreaker({
    name: 'review',
    failureRatio: 0.5,
    windowMs: 60_000,
    minCalls: 5,
    openMs: 120_000,
    counts: (error) => toFailure(error).code !== 'DATABASE_UNAVAILABLE',
  });
}

/** The store behind its breaker. */
export function guardTasks(tasks: TaskStore, breaker: Pick<Breaker, 'run'>): TaskStore {
  return { store: (task, signal) => breaker.run(() => tasks.store(task, signal), signal) };
}

/** Uses `ready` as the trial of a half-open breaker: while it is not closed, the stage starts no task that could be one. */
export function probeTasks(
  breaker: Pick<Breaker, 'onChange' | 'run'>,
  database: { readonly ready: () => Promise<void> },
): void {
  const { signal } = new AbortController();
  breaker.onChange((state) => {
    if (state === 'half-open') void breaker.run(() => database.ready(), signal).catch(() => undefined);
  });
}
