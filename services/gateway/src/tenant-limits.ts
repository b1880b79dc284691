import { intakePresets, type IntakePreset } from '@docfleet/adaptive-intake';
import { policiesOf, type TenantPolicies } from '@docfleet/contracts';
import { toFailure } from '@docfleet/domain';
import type { Tenants } from '@docfleet/tenant-settings';
import type { GatewaySettings } from './config.ts';
import { submissionQuotas, type SubmissionQuotas } from './core/quotas.ts';

/** The limits of each tenant: its own, or those of the configuration. */
export interface TenantLimits {
  readonly requestsPerMinuteOf: (tenantId: string) => number;
  readonly quotasOf: (tenantId: string) => SubmissionQuotas;
  readonly presetOf: (tenantId: string) => IntakePreset;
  readonly policiesOf: (tenantId: string) => TenantPolicies;
}

export type LimitSettings = Pick<
  GatewaySettings,
  | 'RATE_LIMIT_PER_MINUTE'
  | 'QUOTA_BYTES_PER_DAY'
  | 'QUOTA_PAGES_PER_DAY'
  | 'QUOTA_COST_PER_DAY'
  | 'QUOTA_DOCUMENTS_IN_FLIGHT'
  | 'TENANT_INTAKE_PRESET'
>;

/** Until the gateway knows what was published about tenants, the configuration holds for all. */
export function tenantLimits(settings: LimitSettings, tenants: Pick<Tenants, 'settingsOf'>): TenantLimits {
  const defaults = {
    bytesPerDay: settings.QUOTA_BYTES_PER_DAY,
    pagesPerDay: settings.QUOTA_PAGES_PER_DAY,
    costPerDay: settings.QUOTA_COST_PER_DAY,
    documentsInFlight: settings.QUOTA_DOCUMENTS_IN_FLIGHT,
  };
  const policies = (tenantId: string): TenantPolicies => {
    try {
      return policiesOf(tenants.settingsOf(tenantId));
    } catch (error) {
      if (toFailure(error).code !== 'BROKER_UNAVAILABLE') throw error;
      return {};
    }
  };
  return {
    policiesOf: policies,
    requestsPerMinuteOf: (tenantId) => policies(tenantId).requestsPerMinute ?? settings.RATE_LIMIT_PER_MINUTE,
    quotasOf: (tenantId) => {
      const own = policies(tenantId);
      return Object.fromEntries(
        submissionQuotas.flatMap((quota) => {
          const limit = own[quota] ?? defaults[quota];
          return limit === undefined ? [] : [[quota, limit]];
        }),
      );
    },
    presetOf: (tenantId) => intakePresets[policies(tenantId).intakePreset ?? settings.TENANT_INTAKE_PRESET],
  };
}
