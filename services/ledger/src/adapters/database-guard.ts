import { FailureError, toFailure, type Clock } from '@docfleet/domain';
import { BreakerOpenError, createBreaker, type Breaker, type SettableBreaker } from '@docfleet/resilience';
import type { WriteTimes } from '../core/write-times.ts';

/** opens for 30 s when 30 % of at least three writes within 10 s could not reach the database. */
export function databaseBreaker(): SettableBreaker {
  return createBreaker({
    name: 'database',
    failureRatio: 0.3,
    windowMs: 10_000,
    minCalls: 3,
    openMs: 30_000,
    counts: (error) => toFailure(error).code === 'DATABASE_UNAVAILABLE',
  });
}

/** Sends the trial call as soon as the breaker is half open, so that writes do not wait longer than necessary. */
export function probeDatabase(
  breaker: Breaker,
  database: { ready(): Promise<void> },
  stopping: AbortSignal,
): void {
  breaker.onChange((state) => {
    if (state === 'half-open') void breaker.run(() => database.ready(), stopping).catch(() => undefined);
  });
}

/**
 * The write behind a breaker, with its duration measured. While the breaker is open it throws `DATABASE_UNAVAILABLE` at
 * once.
 */
export function guardWrite<A extends readonly unknown[], R>(
  write: (...batch: A) => Promise<R>,
  guard: {
    readonly breaker: Pick<Breaker, 'run'>;
    readonly times: WriteTimes;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
): (...batch: A) => Promise<R> {
  const { breaker, times, clock, signal } = guard;
  const timed = async (...batch: A): Promise<R> => {
    const ended = times.begin(clock.now());
    try {
      return await write(...batch);
    } finally {
      ended(clock.now());
    }
  };
  return async (...batch) => {
    try {
      return await breaker.run(() => timed(...batch), signal);
    } catch (error) {
      if (!(error instanceof BreakerOpenError)) throw error;
      throw new FailureError('DATABASE_UNAVAILABLE', {}, { cause: error });
    }
  };
}
