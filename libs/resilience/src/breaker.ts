/** closed: calls pass; open: calls are refused; half-open: one probe call passes. */
export const breakerStates = ['closed', 'open', 'half-open'] as const;
export type BreakerState = (typeof breakerStates)[number];

export interface Breaker {
  readonly name: string;
  readonly state: BreakerState;
  /**
   * Runs `action`, or rejects with `BreakerOpenError` without running it. An error after `signal` aborted
   * does not count, except that an aborted probe opens the breaker again.
   */
  run<T>(action: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Calls `listener` with each new state; the returned function stops that. */
  onChange(listener: (state: BreakerState) => void): () => void;
  /** Stops its timers. */
  close(): void;
}

/** The breaker is open: nothing was called. */
export class BreakerOpenError extends Error {
  readonly breaker: string;

  constructor(breaker: string) {
    super(`Breaker ${breaker} is open`);
    this.name = 'BreakerOpenError';
    this.breaker = breaker;
  }
}
