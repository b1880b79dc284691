import CircuitBreaker from 'opossum';
import { BreakerOpenError, type Breaker } from './breaker.ts';
import { settableBreaker, type SettableBreaker } from './settable-breaker.ts';
import { slowCalls, type SlowCallRule } from './slow-calls.ts';

export interface BreakerOptions {
  readonly name: string;
  /** Share of failures from which it opens, 0 to 1. */
  readonly failureRatio: number;
  /** Length of the sliding window of calls, in milliseconds. */
  readonly windowMs: number;
  /** Minimum number of calls before it can open. */
  readonly minCalls: number;
  /** Time it stays open before a probe call passes, in milliseconds. */
  readonly openMs: number;
  readonly slowCall?: SlowCallRule;
  /** Whether an error is a failure of the callee; others, such as an invalid document, count as successes. */
  readonly counts: (error: unknown) => boolean;
}

/**
 * A circuit breaker over opossum, which counts failures and lets a single probe pass. The share of slow calls, the abort
 * signal and orders of operators are added here.
 */
export function createBreaker(options: BreakerOptions): SettableBreaker {
  return settableBreaker(circuitBreaker(options));
}

function circuitBreaker(options: BreakerOptions): Breaker {
  const circuit = new CircuitBreaker(invoke, {
    name: options.name,
    timeout: false,
    // opossum opens above its threshold; `failureRatio` is inclusive.
    errorThresholdPercentage: options.failureRatio * 100 - 1e-9,
    rollingCountTimeout: options.windowMs,
    volumeThreshold: options.minCalls,
    resetTimeout: options.openMs,
    enableSnapshots: false,
    rollingPercentilesEnabled: false,
    errorFilter: (error: unknown) => error instanceof UncountedError,
  });
  const slow = options.slowCall;
  const slowWindow = slowCalls({ ...options, ratio: slow?.ratio ?? 1 });
  const judgeSpeed = (startedAt: number): void => {
    const at = performance.now();
    if (slow === undefined || !circuit.closed) return;
    if (slowWindow.add({ at, slow: at - startedAt > slow.slowerThanMs })) circuit.open();
  };
  circuit.on('close', () => {
    slowWindow.clear();
  });
  const counts = (error: unknown, signal: AbortSignal): boolean =>
    signal.aborted ? !circuit.closed : options.counts(error);
  return {
    name: options.name,
    get state() {
      return circuit.opened ? 'open' : circuit.halfOpen ? 'half-open' : 'closed';
    },
    async run<T>(action: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
      let result: { value: T } | undefined;
      const startedAt = performance.now();
      try {
        await circuit.fire(async () => {
          try {
            result = { value: await action(signal) };
          } catch (error) {
            throw counts(error, signal) ? error : new UncountedError(error);
          }
        });
      } catch (error) {
        if (error instanceof UncountedError) throw error.reason;
        throw CircuitBreaker.isOurError(asError(error)) ? new BreakerOpenError(options.name) : error;
      }
      if (result === undefined) throw new BreakerOpenError(options.name);
      judgeSpeed(startedAt);
      return result.value;
    },
    onChange(listener) {
      const onOpen = (): void => {
        listener('open');
      };
      const onHalfOpen = (): void => {
        listener('half-open');
      };
      const onClose = (): void => {
        listener('closed');
      };
      circuit.on('open', onOpen).on('halfOpen', onHalfOpen).on('close', onClose);
      return () => {
        circuit.off('open', onOpen).off('halfOpen', onHalfOpen).off('close', onClose);
      };
    },
    close: () => {
      circuit.shutdown();
    },
  };
}

/** An error that does not count as a failure of the callee. */
class UncountedError extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super('not a failure of the callee');
    this.reason = reason;
  }
}

async function invoke(action: () => Promise<void>): Promise<void> {
  await action();
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
