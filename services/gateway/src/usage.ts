import { tenantUsagesIn, type KeyHolder } from '@docfleet/database';
import { isoOf, type Clock } from '@docfleet/domain';
import type { DegradationLevel } from '@docfleet/contracts';
import type { z } from 'zod';
import type { AsCaller } from './adapters/caller-session.ts';
import type { IntakeControl } from './adapters/intake-control.ts';
import { quotaUses, type capacitySchema, type usageSchema } from './core/usage.ts';
import type { SubmissionAdmission } from './submission-admission.ts';

/** What tenants have used, and what they may still send. */
export interface UsageService {
  /** Also of a tenant that was never seen. */
  usage(caller: KeyHolder, tenantId: string): Promise<z.infer<typeof usageSchema>>;
  capacity(tenantId: string): Promise<z.infer<typeof capacitySchema>>;
}

const daysShown = 31;

export function createUsage({
  asCaller,
  admission,
  control,
  requestsPerMinuteOf,
  costPerPage,
  level,
  clock,
}: {
  readonly asCaller: AsCaller;
  readonly admission: Pick<SubmissionAdmission, 'quotasOf' | 'usageOf'>;
  readonly control: Pick<IntakeControl, 'look' | 'state'>;
  readonly requestsPerMinuteOf: (tenantId: string) => number;
  readonly costPerPage: number;
  readonly level: () => DegradationLevel;
  readonly clock: Clock;
}): UsageService {
  return {
    usage: (caller, tenantId) =>
      asCaller(caller, async (session) => {
        const usages = tenantUsagesIn(session);
        const at = clock.now();
        const quotas = admission.quotasOf(tenantId);
        const days = await usages.days(tenantId, daysShown);
        return {
          tenantId,
          requestsPerMinute: requestsPerMinuteOf(tenantId),
          quotas: quotaUses(await usages.read(tenantId, at), { quotas, costPerPage, at }),
          days: days.map(({ day, ...used }) => ({
            day: isoOf(day).slice(0, 10),
            ...used,
            cost: used.pages * costPerPage,
          })),
        };
      }),
    capacity: async (tenantId) => {
      const [usage, capacity] = await Promise.all([admission.usageOf(tenantId), control.look(tenantId)]);
      const at = clock.now();
      const quotas = quotaUses(usage, { quotas: admission.quotasOf(tenantId), costPerPage, at });
      const room =
        quotas.find(({ quota }) => quota === 'documentsInFlight')?.left ?? Number.POSITIVE_INFINITY;
      const isUsedUp = quotas.some(({ left }) => left === 0);
      return {
        documentsNow: isUsedUp ? 0 : Math.min(capacity.available, room),
        perSecond: capacity.rates.tenant,
        multiplier: capacity.multiplier,
        fleetPerSecond: capacity.rates.fleet,
        requestsPerMinute: requestsPerMinuteOf(tenantId),
        quotas,
        inFlight: usage.inFlight,
        backlogSeconds: control.state().lanes,
        level: level(),
      };
    },
  };
}
