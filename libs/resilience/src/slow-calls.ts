/** Calls that succeeded within the last `windowMs`, and how many of them took too long. */
export interface SlowCalls {
  /** Notes a success; whether the share of slow ones is now too high. */
  note(call: { readonly at: number; readonly slow: boolean }): boolean;
  forget(): void;
}

export interface SlowCallRule {
  /** A success that takes longer counts as slow, in milliseconds. */
  readonly slowerThanMs: number;
  /** From this share on the breaker opens, 0 to 1. */
  readonly ratio: number;
}

/** A sliding window over successes: opossum counts failures only. Fewer than `minCalls` never judge. */
export function slowCalls(options: { windowMs: number; minCalls: number; ratio: number }): SlowCalls {
  const calls: { at: number; slow: boolean }[] = [];
  return {
    note({ at, slow }) {
      calls.push({ at, slow });
      const first = calls.findIndex((call) => call.at > at - options.windowMs);
      calls.splice(0, first);
      const share = calls.filter((call) => call.slow).length / calls.length;
      return calls.length >= options.minCalls && share >= options.ratio;
    },
    forget() {
      calls.length = 0;
    },
  };
}
