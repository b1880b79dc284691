import { isReviewPolicy } from '@docfleet/domain';
import { z } from 'zod';

/** The largest amount that a limit may name. */
const maxAmount = 1e12;

export const reviewPolicySchema = z
  .strictObject({
    policy: z
      .string()
      .refine(isReviewPolicy, 'never, below-threshold, always or sample:<1 to 100>')
      .nullable()
      .meta({ examples: ['below-threshold'] })
      .describe(
        'Which results a person looks at before the job ends: `never`, `below-threshold`, `always`, or `sample:<percent>`, which is those below the threshold and a ' +
          'share of the others. Null: as the fleet is configured.',
      ),
    fourEyesAbove: z
      .number()
      .min(0)
      .max(maxAmount)
      .nullable()
      .describe('With a larger amount of money in a document, two people approve it; null: one is enough.'),
  })
  .meta({ id: 'TenantReview' });
