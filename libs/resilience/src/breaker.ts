/** closed: calls pass; open: they are refused; half-open: one call is let through to see. */
export const breakerStates = ['closed', 'open', 'half-open'] as const;
export type BreakerState = (typeof breakerStates)[number];

export interface Breaker {
  readonly name: string;
  readonly state: BreakerState;
  /**
   * Runs `action`, or rejects with `BreakerOpenError` without running it. An error that comes after `signal` aborted is
   * the caller's own doing: it does not count, except that a probe cut short proves nothing and opens again.
   */
  run<T>(action: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Calls `listener` with each new state; the returned function ends that. */
  onChange(listener: (state: BreakerState) => void): () => void;
  /** Stops its timers. */
  close(): void;
}

/** The breaker is open: nothing was called. */
export class BreakerOpenError extends Error {
  readonly breaker: string;

  constructor(breaker: string) {
    super(`the breaker of ${breaker} is open`);
    this.name = 'BreakerOpenError';
    this.breaker = breaker;
  }
}
