import type { SharedCounter } from '@docfleet/cache';
import type { Clock } from '@docfleet/domain';
import { minuteMs, RateLimited, type Counted, type RateLimit } from '../core/rate-limit.ts';
import { fixedWindows } from './fixed-windows.ts';

/** Limits the calls of each tenant. */
export interface TenantLimit {
  limitOf(tenantId: string): RateLimit;
  /** Counts a call. @throws RateLimited when it is one too many */
  count(tenantId: string): Promise<Counted>;
}

/**
 * Counts in `shared`, so that the limit holds for all gateways together. While that is not available each process counts
 * for itself: a tenant then has up to its limit at each of them.
 */
export function tenantLimit(options: {
  readonly perMinuteOf: (tenantId: string) => number;
  readonly shared: Pick<SharedCounter, 'add'> | undefined;
  readonly clock: Clock;
}): TenantLimit {
  const { perMinuteOf, shared, clock } = options;
  const limitOf = (tenantId: string): RateLimit => ({ policy: 'tenant', perMinute: perMinuteOf(tenantId) });
  const own = fixedWindows({ windowMs: minuteMs, maxKeys: 10_000 });
  return {
    limitOf,
    count: async (tenantId) => {
      const counted =
        (await shared?.add(`rate-limit:${tenantId}`, minuteMs)) ?? own.add(tenantId, clock.now());
      const limit = limitOf(tenantId);
      if (counted.count > limit.perMinute) throw new RateLimited(limit, counted);
      return counted;
    },
  };
}
