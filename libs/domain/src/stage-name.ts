import { stageNames } from './generated/stages.ts';

export { stageNames };

/** A stage of `schemas/topics.yaml`. */
export type StageName = (typeof stageNames)[number];

/** Position of a stage in the pipeline, from 0. */
export function stageIndex(stage: StageName): number {
  return stageNames.indexOf(stage);
}
