import { createBreaker, type Breaker, type SettableBreaker } from '@docfleet/resilience';
import { isUnavailability } from './database-failure.ts';
import type { Database } from './open-database.ts';

/** The breaker of the database: 30 % of at least 3 uses of a connection within 10 s, open for 30 s. */
export function databaseBreaker(times: { readonly openMs?: number } = {}): SettableBreaker {
  return createBreaker({
    name: 'database',
    failureRatio: 0.3,
    windowMs: 10_000,
    minCalls: 3,
    openMs: times.openMs ?? 30_000,
    counts: isUnavailability,
  });
}

/**
 * Uses the database whenever its breaker is half open, so that calls do not wait longer than necessary. The connections
 * of `database` must have the breaker: their use is the trial.
 */
export function probeDatabase(breaker: Pick<Breaker, 'onChange'>, database: Pick<Database, 'ready'>): void {
  breaker.onChange((state) => {
    if (state === 'half-open') void database.ready().catch(() => undefined);
  });
}
