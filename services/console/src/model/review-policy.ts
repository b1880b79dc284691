import type { TenantReview } from '@docfleet/client';

/** What a person chooses of; `fleet`: as the fleet is configured. */
export const policyKinds = ['fleet', 'never', 'below-threshold', 'sample', 'always'] as const;
export type PolicyKind = (typeof policyKinds)[number];

/** The policy of a tenant as it is typed. */
export interface PolicyTexts {
  readonly kind: PolicyKind;
  /** Of a sample. */
  readonly percent: string;
  /** Empty: one person is enough for any amount. */
  readonly fourEyesAbove: string;
}

/** A share that finds common mistakes in some weeks, and costs little. */
const usualPercent = '5';

/** The largest amount that the API takes. */
const maxAmount = 1e12;

export function textsOfPolicy({ policy, fourEyesAbove }: TenantReview): PolicyTexts {
  const percent = /^sample:(\d+)$/.exec(policy ?? '')?.[1];
  const kind = policyKinds.find((each) => each === policy);
  return {
    kind: percent === undefined ? (kind ?? 'fleet') : 'sample',
    percent: percent ?? usualPercent,
    fourEyesAbove: fourEyesAbove === null ? '' : String(fourEyesAbove),
  };
}

/** The policy that texts say, or the names of those that cannot be read. */
export function policyOf({
  kind,
  percent,
  fourEyesAbove,
}: PolicyTexts):
  { readonly policy: TenantReview } | { readonly faults: readonly ('percent' | 'fourEyesAbove')[] } {
  const share = Number(percent);
  const limit = fourEyesAbove.trim() === '' ? null : Number(fourEyesAbove);
  const isShare = /^\s*\d+\s*$/.test(percent) && share >= 1 && share <= 100;
  const isLimit = limit === null || (/^\s*\d+(?:\.\d+)?\s*$/.test(fourEyesAbove) && limit <= maxAmount);
  const faults = [
    ...(kind === 'sample' && !isShare ? (['percent'] as const) : []),
    ...(isLimit ? [] : (['fourEyesAbove'] as const)),
  ];
  if (faults.length > 0) return { faults };
  const policy = kind === 'fleet' ? null : kind === 'sample' ? `sample:${String(share)}` : kind;
  return { policy: { policy, fourEyesAbove: limit } };
}
