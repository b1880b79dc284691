import { intakePresetNames, type IntakePresetName } from '@docfleet/adaptive-intake';
import type { TenantSettings } from './generated/records.ts';

/** What a tenant may use at most. Absent: as the fleet is configured. */
export interface TenantQuotas {
  readonly requestsPerMinute?: number;
  /** Of submitted documents, by day (UTC), as the following ones. */
  readonly bytesPerDay?: number;
  readonly pagesPerDay?: number;
  /** Pages times the price of a page, in the fleet's unit of money. */
  readonly costPerDay?: number;
  /** Documents that have not ended, of any day. */
  readonly documentsInFlight?: number;
}

/** What a gateway does with a document of another region. */
export const regionRoutings = ['refuse', 'redirect', 'proxy'] as const;
export type RegionRouting = (typeof regionRoutings)[number];

/** The policies of a tenant, as they are published by name. */
export interface TenantPolicies extends TenantQuotas {
  readonly intakePreset?: IntakePresetName;
  /** Region of documents that name none; absent: the fleet's. */
  readonly region?: string;
  /** Absent: refuse. */
  readonly regionRouting?: RegionRouting;
  /** Bucket, or folder of one, of which every object becomes a run. */
  readonly dropFolder?: string;
}

export const quotaNames = [
  'requestsPerMinute',
  'bytesPerDay',
  'pagesPerDay',
  'costPerDay',
  'documentsInFlight',
] as const satisfies readonly (keyof TenantQuotas)[];
export type QuotaName = (typeof quotaNames)[number];

/** Reads published policies. A value that cannot be read, such as one of a later release, counts as absent. */
export function policiesOf(settings: Pick<TenantSettings, 'policies'> | undefined): TenantPolicies {
  const given = new Map(Object.entries(settings?.policies ?? {}));
  const quotas = quotaNames.flatMap((name): readonly [QuotaName, number][] => {
    const value = Number(given.get(name) ?? 'absent');
    return Number.isFinite(value) && value >= 0 ? [[name, value]] : [];
  });
  const intakePreset = intakePresetNames.find((name) => name === given.get('intakePreset'));
  const regionRouting = regionRoutings.find((name) => name === given.get('regionRouting'));
  const region = given.get('region');
  const dropFolder = given.get('dropFolder');
  return {
    ...Object.fromEntries(quotas),
    ...(intakePreset !== undefined && { intakePreset }),
    ...(region !== undefined && { region }),
    ...(regionRouting !== undefined && { regionRouting }),
    ...(dropFolder !== undefined && { dropFolder }),
  };
}

/** The policies as they are stored and published. */
export function textsOfPolicies(policies: TenantPolicies): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(policies).map(([name, value]) => [name, String(value)]));
}
