import { pooledStages, stageNames } from './generated/stages.ts';

export { pooledStages, stageNames };

/** A stage of `schemas/topics.yaml`. */
export type StageName = (typeof stageNames)[number];

/** Stages that tell how many pages of a document they have done. */
export const pagedStages = ['preprocess', 'ocr'] as const satisfies readonly StageName[];

/** Position of a stage in the pipeline, from 0. */
export function stageIndex(stage: StageName): number {
  return stageNames.indexOf(stage);
}
