import { LRUCache } from 'lru-cache';
import type { Counted } from '../core/rate-limit.ts';

/** Counters of this process; each begins anew after its window. The one used longest ago is forgotten when there are too many. */
export interface FixedWindows {
  add(key: string, at: number): Counted;
  /** Takes one back, in the same window. */
  takeBack(key: string): void;
}

export function fixedWindows({
  windowMs,
  maxKeys,
}: {
  readonly windowMs: number;
  readonly maxKeys: number;
}): FixedWindows {
  const windows = new LRUCache<string, { endsAt: number; count: number }>({ max: maxKeys });
  return {
    add: (key, at) => {
      let window = windows.get(key);
      if (window === undefined || window.endsAt <= at) {
        window = { endsAt: at + windowMs, count: 0 };
        windows.set(key, window);
      }
      window.count += 1;
      return { count: window.count, resetMs: window.endsAt - at };
    },
    takeBack: (key) => {
      const window = windows.peek(key);
      if (window !== undefined && window.count > 0) window.count -= 1;
    },
  };
}
