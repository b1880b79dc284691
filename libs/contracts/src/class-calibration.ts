import { z } from 'zod';

const byName = z.record(z.string(), z.number()).readonly();
const probability = z.number().min(0).max(1);

/**
 * What turns the facts about the values of a document into confidences that are right as often as they say. Fitted on
 * documents of issuers kept out (`docs/train-a-class.md`), for the weights that it stands beside.
 */
export const classCalibrationSchema = z
  .strictObject({
    /** Log-odds that a value is right: the offset of its field plus the weighted sum of its doubt features. */
    values: z.strictObject({ offsets: byName, weights: byName }).readonly(),
    /** Log-odds that all decisive fields of a document are right. */
    document: z.strictObject({ offset: z.number(), weights: byName }).readonly(),
    /** The decisive fields that `document` and `assured` were fitted for. */
    decisive: z.array(z.string()).readonly(),
    /**
     * Of documents with at least the confidence `from`, the share that is right, as an upper bound of the errors has it.
     * Ascending in both.
     */
    assured: z.array(z.strictObject({ from: probability, right: probability }).readonly()).readonly(),
    /** Words at places that the documents of at least two issuers have, as `layoutWords` in libs/field-extraction writes them, with spaces between. */
    layout: z.string(),
  })
  .readonly();

export type ClassCalibration = z.infer<typeof classCalibrationSchema>;
