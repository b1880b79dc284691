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
 * for itself, up to its part of the limit, and at least one call.
 */
export function tenantLimit(options: {
  readonly perMinuteOf: (tenantId: string) => number;
  readonly shared: Pick<SharedCounter, 'add'> | undefined;
  /** Gateways of the fleet, at least 1. */
  readonly gateways: () => number;
  readonly clock: Clock;
}): TenantLimit {
  const { perMinuteOf, shared, gateways, clock } = options;
  const limitOf = (tenantId: string): RateLimit => ({ policy: 'tenant', perMinute: perMinuteOf(tenantId) });
  const own = fixedWindows({ windowMs: minuteMs, maxKeys: 10_000 });
  return {
    limitOf,
    count: async (tenantId) => {
      const limit = limitOf(tenantId);
      const counted =
        (await shared?.add(`rate-limit:${tenantId}`, minuteMs)) ??
        forAll(own.add(tenantId, clock.now()), gateways());
      if (counted.count > limit.perMinute) throw new RateLimited(limit, counted);
      return counted;
    },
  };
}

/** What all gateways have counted, if each of them counted as much as this one. */
function forAll({ count, resetMs }: Counted, gateways: number): Counted {
  return { count: count === 1 ? 1 : count * gateways, resetMs };
}
