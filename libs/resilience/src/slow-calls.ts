/** Sliding window of successful calls, with the share of slow ones. */
export interface SlowCalls {
  /** Adds a success; returns whether the share of slow ones is too high. */
  add(call: { readonly at: number; readonly slow: boolean }): boolean;
  clear(): void;
}

export interface SlowCallRule {
  /** A success that takes longer counts as slow, in milliseconds. */
  readonly slowerThanMs: number;
  /** Share of slow calls from which the breaker opens, 0 to 1. */
  readonly ratio: number;
}

/** A sliding window over successes, since opossum counts only failures. Fewer than `minCalls` calls are never too slow. */
export function slowCalls(options: { windowMs: number; minCalls: number; ratio: number }): SlowCalls {
  const calls: { at: number; slow: boolean }[] = [];
  return {
    add({ at, slow }) {
      calls.push({ at, slow });
      const first = calls.findIndex((call) => call.at > at - options.windowMs);
      calls.splice(0, first);
      const share = calls.filter((call) => call.slow).length / calls.length;
      return calls.length >= options.minCalls && share >= options.ratio;
    },
    clear() {
      calls.length = 0;
    },
  };
}
