import { FailureError, toFailure, type Clock } from '@docfleet/domain';
import { BreakerOpenError, createBreaker, type Breaker, type SettableBreaker } from '@docfleet/resilience';
import type { WriteTimes } from '../core/fleet-write-times.ts';

/** the database is left alone for 30 s when 30 % of at least three writes within 10 s could not reach it. */
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

/** Asks the database once whenever its breaker would let one call through, so that nothing waits longer than it must. */
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
 * A write that goes through a breaker and is timed. While the breaker is open it throws `DATABASE_UNAVAILABLE` at
 * once.
 */
export function watchWrite<A extends readonly unknown[], R>(
  write: (...batch: A) => Promise<R>,
  watch: {
    readonly breaker: Pick<Breaker, 'run'>;
    readonly times: WriteTimes;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
): (...batch: A) => Promise<R> {
  const { breaker, times, clock, signal } = watch;
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
