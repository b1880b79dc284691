import { z } from 'zod';
import { withoutCalibration } from './approval.ts';
import { classCalibrationSchema } from './class-calibration.ts';
import type { DocumentClass } from './document-class.ts';

/** Key of the calibration among the weights of the fields; no field can have this name. */
export const calibrationKey = '$calibration';

const weights = z
  .object({ [calibrationKey]: classCalibrationSchema.exactOptional() })
  .catchall(z.record(z.string(), z.number()).readonly());

/**
 * The class with trained weights, given as JSON, in the place of its own; fields that they leave out keep theirs. A
 * calibration holds for the weights that it was fitted for: without one in the text the class has none.
 * @throws Error that says what is wrong with the text
 */
export function withWeights(documentClass: DocumentClass, json: string): DocumentClass {
  const read = weights.safeParse(valueOf(json));
  if (!read.success) throw new Error('the trained weights are not {field: {feature: number}}');
  const { [calibrationKey]: calibration, ...byField } = read.data;
  const own = documentClass.fields.map(({ name }) => name);
  const unknown = [
    ...Object.keys(byField),
    ...Object.keys(calibration?.values.offsets ?? {}),
    ...(calibration?.decisive ?? []),
  ].filter((name) => !own.includes(name));
  if (unknown.length > 0) throw new Error(`weights for unknown fields: ${[...new Set(unknown)].join(', ')}`);
  const fields = documentClass.fields.map((field) => ({
    ...field,
    weights: byField[field.name] ?? field.weights,
  }));
  return { ...withoutCalibration(documentClass), fields, ...(calibration !== undefined && { calibration }) };
}

function valueOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
