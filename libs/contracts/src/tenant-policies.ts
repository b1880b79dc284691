import { intakePresetNames, type IntakePresetName } from '@docfleet/adaptive-intake';
import { isReviewPolicy, type ReviewPolicy } from '@docfleet/domain';
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
  /** Which results a person looks at; absent: as the fleet is configured. */
  readonly review?: ReviewPolicy;
  /** A document with a larger amount of money is approved by two people; absent: by one. */
  readonly reviewFourEyesAbove?: number;
}

export const quotaNames = [
  'requestsPerMinute',
  'bytesPerDay',
  'pagesPerDay',
  'costPerDay',
  'documentsInFlight',
] as const satisfies readonly (keyof TenantQuotas)[];
export type QuotaName = (typeof quotaNames)[number];

/** The policies that a tenant sets itself. */
export const reviewPolicyNames = [
  'review',
  'reviewFourEyesAbove',
] as const satisfies readonly (keyof TenantPolicies)[];

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
  const review = given.get('review');
  const fourEyesAbove = Number(given.get('reviewFourEyesAbove') ?? 'absent');
  return {
    ...Object.fromEntries(quotas),
    ...(intakePreset !== undefined && { intakePreset }),
    ...(region !== undefined && { region }),
    ...(regionRouting !== undefined && { regionRouting }),
    ...(dropFolder !== undefined && { dropFolder }),
    ...(isReviewPolicy(review) && { review }),
    ...(Number.isFinite(fourEyesAbove) && fourEyesAbove >= 0 && { reviewFourEyesAbove: fourEyesAbove }),
  };
}

/** The policies as they are stored and published. */
export function textsOfPolicies(policies: TenantPolicies): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(policies).map(([name, value]) => [name, String(value)]));
}
