import { failureCategory, systemClock, toFailure } from '@docfleet/domain';
import { BreakerOpenError, createBreaker, retryTransient, type SettableBreaker } from '@docfleet/resilience';

/** The breaker of the OCR engine, with the values of D-03. Document faults do not count, they are not the engine's. */
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

/** Retries after a crash of the engine's process: three, after 2, 4 and 8 s (D-03). Other errors are not retried. */
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
