import { z } from 'zod';

const tensor = z
  .strictObject({
    /** `i16`, `u16`, `f32` little-endian; `i8` signed bytes. */
    type: z.enum(['i8', 'i16', 'u16', 'f32']),
    shape: z.array(z.int().nonnegative()).readonly(),
    /** Base64 of the values, row-major. */
    data: z.base64(),
  })
  .readonly();

/** Numbers of a learned model: base64 of a row-major array. */
export type ModelTensor = z.infer<typeof tensor>;

/** The schema of `schemas/classes/<class>/models.v<n>/<name>.json`. */
export const learnedModelSchema = z.strictObject({
  /** Which code of `libs/field-extraction` computes with it. */
  scorer: z.string().min(1),
  /** Fields of the class whose candidates it scores. */
  fields: z.array(z.string().min(1)).min(1).readonly(),
  settings: z.record(z.string(), z.unknown()).readonly().default({}),
  tensors: z.record(z.string(), tensor).readonly(),
});

/** A model that scores candidates of fields of a class, as training wrote it. */
export type LearnedModel = Readonly<z.infer<typeof learnedModelSchema>>;

/** The learned models of one version of a class. */
export interface ClassModels {
  readonly documentClass: string;
  readonly version: number;
  readonly models: readonly LearnedModel[];
}
