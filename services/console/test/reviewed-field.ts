import type { ReviewedField } from '../src/model/review-types.ts';

/** A field of a task as the API gives it, with its name as its value. */
export const reviewedField = (
  name: string,
  confidence: number,
  state: ReviewedField['state'] = 'machine',
): ReviewedField => {
  const provenance = { page: 1, box: [0, 0, 10, 10] as const, words: name };
  const value = {
    name,
    type: 'text' as const,
    value: name,
    normalised: name,
    confidence,
    provenance,
    source: 'm',
  };
  return { ...value, state, original: value };
};
