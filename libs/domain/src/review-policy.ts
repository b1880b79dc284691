/** Which results a person looks at before the run ends: those that the machine doubts, a share of the others, all, or none. */
export type ReviewPolicy = 'never' | 'below-threshold' | 'always' | `sample:${number}`;

/** What a submission says: `tenant` follows the policy of the tenant. */
export const reviewChoices = ['tenant', 'never'] as const;
export type ReviewChoice = (typeof reviewChoices)[number];

export function isReviewPolicy(text: string | undefined): text is ReviewPolicy {
  switch (text) {
    case undefined:
      return false;
    case 'never':
    case 'below-threshold':
    case 'always':
      return true;
    default:
      return samplePercent(text) !== undefined;
  }
}

/** The percentage of `sample:<percent>`, from 1 to 100; undefined where the policy is no sample. */
export function samplePercent(policy: string): number | undefined {
  const percent = /^sample:([1-9]\d?|100)$/.exec(policy)?.[1];
  return percent === undefined ? undefined : Number(percent);
}

/**
 * What people have to do with an ending. `none`: no person ever looks at the run. `order`: it ends a run whoever holds it,
 * such as a cancel, or the decision of a person. A round: it comes from a stage in that round, and ends nothing once a
 * person has, or had, the run in that round or a later one.
 */
export type HoldRule = 'none' | 'order' | { readonly round: number };
