import { BreakerOpenError, type Breaker, type BreakerState } from './breaker.ts';

/** What an operator has set a breaker to: `open` refuses every call, `closed` lets every call pass and counts none. */
export interface BreakerOrder {
  readonly state: Extract<BreakerState, 'open' | 'closed'>;
  readonly reason: string;
  /** Who has set it. */
  readonly by: string;
}

/** A breaker that can be set by hand; what it counted before goes on when it is released. */
export interface SettableBreaker extends Breaker {
  /** Undefined while it goes by its calls. */
  readonly order: BreakerOrder | undefined;
  /** Sets it until it is released. */
  set(order: BreakerOrder): void;
  release(): void;
}

/** Adds the operator's hand to a breaker. */
export function settableBreaker(inner: Breaker): SettableBreaker {
  const listeners = new Set<(state: BreakerState) => void>();
  let order: BreakerOrder | undefined;
  let shown = inner.state;
  const current = (): BreakerState => order?.state ?? inner.state;
  const tell = (): void => {
    const state = current();
    if (state === shown) return;
    shown = state;
    for (const listener of [...listeners]) listener(state);
  };
  inner.onChange(tell);
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
      tell();
    },
    release() {
      order = undefined;
      tell();
    },
    close() {
      inner.close();
    },
  };
}
