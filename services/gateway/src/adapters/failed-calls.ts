import type { Clock } from '@docfleet/domain';
import { callerOf, minuteMs, RateLimited } from '../core/rate-limit.ts';
import { fixedWindows } from './fixed-windows.ts';

/** Limits the calls without a valid key, by address: trying keys costs queries, and must not find one. */
export interface FailedCalls {
  /** Counts a call as failed before its key is looked up. @throws RateLimited when the address has failed too often */
  expect(address: string): void;
  /** Takes that back: the key is valid, or could not be looked up. */
  takeBack(address: string): void;
}

/** Remembers the last 10,000 addresses. */
export function failedCalls({
  perMinute,
  clock,
}: {
  readonly perMinute: number;
  readonly clock: Clock;
}): FailedCalls {
  const limit = { policy: 'unknown-key', perMinute };
  const windows = fixedWindows({ windowMs: minuteMs, maxKeys: 10_000 });
  return {
    // Counted before the look-up, so that many calls at once do not all pass.
    expect: (address) => {
      const counted = windows.add(callerOf(address), clock.now());
      if (counted.count > perMinute) throw new RateLimited(limit, counted);
    },
    takeBack: (address) => {
      windows.takeBack(callerOf(address));
    },
  };
}
