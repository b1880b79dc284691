/** The stages a document passes, in order. `integration` ends every run. */
export const stageNames = [
  'preprocess',
  'ocr',
  'classification',
  'extraction',
  'validation',
  'integration',
] as const;

export type StageName = (typeof stageNames)[number];

/** Position of a stage in the pipeline, from 0. */
export function stageIndex(stage: StageName): number {
  return stageNames.indexOf(stage);
}
