export { BreakerOpenError, breakerStates, type Breaker, type BreakerState } from './breaker.ts';
export { createBreaker, type BreakerOptions } from './create-breaker.ts';
export { retryTransient, type RetryOptions } from './retry.ts';
export { type BreakerOrder, type SettableBreaker } from './settable-breaker.ts';
