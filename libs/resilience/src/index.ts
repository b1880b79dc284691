export {
  BreakerOpenError,
  createBreaker,
  type Breaker,
  type BreakerOptions,
  breakerStates,
  type BreakerState,
} from './breaker.ts';
export { retryBlips, type RetryOptions } from './retry.ts';
