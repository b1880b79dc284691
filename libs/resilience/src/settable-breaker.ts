import { BreakerOpenError, type Breaker, type BreakerState } from './breaker.ts';

/** An operator's setting of a breaker: `open` refuses every call, `closed` lets every call pass and counts none. */
export interface BreakerOrder {
  readonly state: Extract<BreakerState, 'open' | 'closed'>;
  readonly reason: string;
  /** Who set it. */
  readonly by: string;
}

/** A breaker that operators can set; when released it continues with its previous counts. */
export interface SettableBreaker extends Breaker {
  /** Undefined while its state depends on its calls. */
  readonly order: BreakerOrder | undefined;
  /** Sets it until it is released. */
  set(order: BreakerOrder): void;
  release(): void;
}

/** Adds orders of operators to a breaker. */
export function settableBreaker(inner: Breaker): SettableBreaker {
  const listeners = new Set<(state: BreakerState) => void>();
  let order: BreakerOrder | undefined;
  let reported = inner.state;
  const current = (): BreakerState => order?.state ?? inner.state;
  const notify = (): void => {
    const state = current();
    if (state === reported) return;
    reported = state;
    for (const listener of [...listeners]) listener(state);
  };
  inner.onChange(notify);
  return {
    name: inner.name,
    get state() {
      return current();
    },
    get order() {
      return order;
    },
    run(action, signal) {
      if (order === undefined) return inner.run(action, signal);
      return order.state === 'closed' ? action(signal) : Promise.reject(new BreakerOpenError(inner.name));
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(next) {
      order = next;
      notify();
    },
    release() {
      order = undefined;
      notify();
    },
    close() {
      inner.close();
    },
  };
}
