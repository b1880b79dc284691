import { openSharedIntake } from '@docfleet/cache';
import { cacheConnection, type ConnectionProblems } from '@docfleet/connections';
import type { Clock } from '@docfleet/domain';
import type { Log } from '@docfleet/telemetry';
import type { Tenants } from '@docfleet/tenant-settings';
import type { PreprocessConfig } from '../config.ts';
import { intakePace, type IntakePace } from './intake-pace.ts';

/**
 * The pace of direct producers; undefined where there is no Redis, and where records prove nothing: what a gateway has let in
 * is not told from what a tenant has written then.
 */
export function openIntakePace(
  config: PreprocessConfig,
  parts: {
    readonly tenants: Tenants;
    readonly clock: Clock;
    readonly log: Log;
    readonly problems: ConnectionProblems;
  },
): { readonly pace: IntakePace; close(): void } | undefined {
  if (config.REDIS_URL === undefined || config.TENANT_PROOF === 'off') return undefined;
  const { tenants, clock, log, problems } = parts;
  const shared = openSharedIntake({
    ...cacheConnection(config, problems),
    url: config.REDIS_URL,
    fleet: config.REGION,
    onProblem: (reason) => {
      log.warn('Redis is not available; tenants that produce records themselves are not held back', {
        reason,
      });
    },
  });
  const pace = intakePace({
    shared,
    tenants,
    tenantPreset: config.TENANT_INTAKE_PRESET,
    fleetPreset: config.FLEET_INTAKE_PRESET,
    clock,
  });
  return {
    pace,
    close: () => {
      shared.close();
    },
  };
}
