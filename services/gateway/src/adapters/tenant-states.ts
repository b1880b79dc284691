import type { Tenants } from '@docfleet/database';
import { FailureError, type Clock } from '@docfleet/domain';
import { LRUCache } from 'lru-cache';

/** Age up to which a state is used without a query, in milliseconds, as for keys. */
const freshMs = 30_000;

/** Age up to which it is used while the database is unavailable, in milliseconds. */
const usableMs = 60 * 60 * 1000;

/** Judges tenants that a token or a certificate names, as the look-up of a key does for its own. */
export interface TenantStates {
  /** @throws FailureError `UNAUTHENTICATED` for an unknown tenant, `TENANT_SUSPENDED`, `DATABASE_UNAVAILABLE` */
  requireActive(tenantId: string): Promise<void>;
}

/** Remembers up to 10,000 tenants. */
export function tenantStates(tenants: Pick<Tenants, 'find'>, clock: Pick<Clock, 'now'>): TenantStates {
  type State = 'active' | 'suspended' | 'unknown';
  const cache = new LRUCache<string, { readonly state: State; readonly readAt: number }>({ max: 10_000 });
  const stateOf = async (tenantId: string): Promise<State> => {
    const cached = cache.get(tenantId);
    const ageMs = cached === undefined ? Infinity : clock.now() - cached.readAt;
    if (cached !== undefined && ageMs < freshMs) return cached.state;
    try {
      const found = await tenants.find(tenantId);
      const state = found === undefined ? 'unknown' : found.suspendedAt === null ? 'active' : 'suspended';
      cache.set(tenantId, { state, readAt: clock.now() });
      return state;
    } catch (error) {
      if (cached !== undefined && ageMs < usableMs) return cached.state;
      throw error;
    }
  };
  return {
    requireActive: async (tenantId) => {
      const state = await stateOf(tenantId);
      if (state === 'unknown') throw new FailureError('UNAUTHENTICATED');
      if (state === 'suspended') throw new FailureError('TENANT_SUSPENDED');
    },
  };
}
