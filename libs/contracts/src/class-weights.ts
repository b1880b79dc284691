import { z } from 'zod';
import type { DocumentClass } from './document-class.ts';

const weights = z.record(z.string(), z.record(z.string(), z.number()).readonly());

/**
 * The class with trained weights, given as JSON, in the place of its own; fields that they leave out keep theirs.
 * @throws Error that says what is wrong with the text
 */
export function withWeights(documentClass: DocumentClass, json: string): DocumentClass {
  const read = weights.safeParse(valueOf(json));
  if (!read.success) throw new Error('the trained weights are not {field: {feature: number}}');
  const unknown = Object.keys(read.data).filter(
    (key) => !documentClass.fields.some((own) => own.name === key),
  );
  if (unknown.length > 0) throw new Error(`weights for unknown fields: ${unknown.join(', ')}`);
  const fields = documentClass.fields.map((own) => ({ ...own, weights: read.data[own.name] ?? own.weights }));
  return { ...documentClass, fields };
}

function valueOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
