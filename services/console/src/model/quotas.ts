import type { TenantQuotas } from '@docfleet/client';

/** The quotas that are numbers, in the order in which they are shown. */
export const quotaNames = [
  'requestsPerMinute',
  'bytesPerDay',
  'pagesPerDay',
  'costPerDay',
  'documentsInFlight',
] as const satisfies readonly (keyof TenantQuotas)[];
export type QuotaName = (typeof quotaNames)[number];

/** Quotas as they are typed; empty: as the fleet is configured. */
export type QuotaTexts = Readonly<Record<QuotaName, string>>;

export function textsOf(quotas: TenantQuotas): QuotaTexts {
  const entries = quotaNames.map((name) => [name, quotas[name] === null ? '' : String(quotas[name])]);
  return Object.fromEntries(entries) as QuotaTexts;
}

/** The quotas that texts say; the names of those that are no numbers. */
export function quotasOf(
  texts: QuotaTexts,
  intakePreset: TenantQuotas['intakePreset'],
): { readonly quotas: TenantQuotas } | { readonly faults: readonly QuotaName[] } {
  const faults = quotaNames.filter((name) => !/^\s*(?:\d+(?:\.\d+)?)?\s*$/.test(texts[name]));
  if (faults.length > 0) return { faults };
  const numberIn = (text: string): number | null => (text.trim() === '' ? null : Number(text));
  const entries = quotaNames.map((name) => [name, numberIn(texts[name])]);
  return { quotas: { ...(Object.fromEntries(entries) as Record<QuotaName, number | null>), intakePreset } };
}
