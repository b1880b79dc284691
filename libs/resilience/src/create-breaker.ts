import CircuitBreaker from 'opossum';
import { BreakerOpenError, type Breaker } from './breaker.ts';
import { settableBreaker, type SettableBreaker } from './settable-breaker.ts';
import { slowCalls, type SlowCallRule } from './slow-calls.ts';

export interface BreakerOptions {
  readonly name: string;
  /** From this share of failures on it opens, 0 to 1. */
  readonly failureRatio: number;
  /** Time over which calls are counted. */
  readonly windowMs: number;
  /** Fewer calls never open it. */
  readonly minCalls: number;
  /** Time it stays open before one call is let through. */
  readonly openMs: number;
  readonly slowCall?: SlowCallRule;
  /** Whether an error says something about the callee; others, such as a bad document, count as answers. */
  readonly counts: (error: unknown) => boolean;
}

/**
 * A circuit breaker over opossum, which keeps the buckets of failures and lets a single probe through; the share of
 * slow calls and the abort signal are added here, the operator's hand around it.
 */
export function createBreaker(options: BreakerOptions): SettableBreaker {
  return settableBreaker(circuitBreaker(options));
}

function circuitBreaker(options: BreakerOptions): Breaker {
  const circuit = new CircuitBreaker(callThrough, {
    name: options.name,
    timeout: false,
    // opossum opens above its threshold, the rule here is from it on.
    errorThresholdPercentage: options.failureRatio * 100 - 1e-9,
    rollingCountTimeout: options.windowMs,
    volumeThreshold: options.minCalls,
    resetTimeout: options.openMs,
    enableSnapshots: false,
    rollingPercentilesEnabled: false,
    errorFilter: (error: unknown) => error instanceof Answer,
  });
  const slow = options.slowCall;
  const slowWindow = slowCalls({ ...options, ratio: slow?.ratio ?? 1 });
  const judgeSpeed = (startedAt: number): void => {
    const at = performance.now();
    if (slow === undefined || !circuit.closed) return;
    if (slowWindow.note({ at, slow: at - startedAt > slow.slowerThanMs })) circuit.open();
  };
  circuit.on('close', () => {
    slowWindow.forget();
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
            throw counts(error, signal) ? error : new Answer(error);
          }
        });
      } catch (error) {
        if (error instanceof Answer) throw error.reason;
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

/** An error that is an answer: the callee works. */
class Answer extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super('an answer');
    this.reason = reason;
  }
}

async function callThrough(action: () => Promise<void>): Promise<void> {
  await action();
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
