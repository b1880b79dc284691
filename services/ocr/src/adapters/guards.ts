import { failureCategory, systemClock, toFailure } from '@docfleet/domain';
import { BreakerOpenError, createBreaker, retryTransient, type SettableBreaker } from '@docfleet/resilience';

/** The breaker of the reading engine, by the figures of D-03: a document's fault says nothing about the engine. */
export function engineBreaker(): SettableBreaker {
  return createBreaker({
    name: 'ocr',
    failureRatio: 0.5,
    windowMs: 30_000,
    minCalls: 5,
    openMs: 60_000,
    counts: (error) => failureCategory(toFailure(error).code) !== 'document',
  });
}

/** Three more tries, 2, 4 and 8 s apart (D-03), for the one fault that a fresh process may not have. */
export function retryCrashes<T>(action: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return retryTransient(action, {
    retries: 3,
    firstDelayMs: 2000,
    factor: 2,
    isTransient: (error) =>
      !(error instanceof BreakerOpenError) && toFailure(error).code === 'WORKER_CRASHED',
    clock: systemClock,
    signal,
  });
}
