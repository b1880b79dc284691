import type { BuiltStage, StageParts } from '@docfleet/service';
import { objectReadings } from './adapters/object-readings.ts';
import type { ClassificationConfig } from './config.ts';
import { classificationStage } from './stage.ts';

/** Assembles the stage. */
export function buildClassification(
  config: ClassificationConfig,
  { store }: Pick<StageParts, 'store'>,
): BuiltStage<'classification.tasks.normal'> {
  const parts = { readings: objectReadings(store), pools: config.EXTRACTION_POOLS };
  const { MAX_CONCURRENT_RUNS: maxConcurrentRuns, CLASSIFICATION_TIMEOUT_MS: timeoutMs } = config;
  return { stage: classificationStage(parts, { maxConcurrentRuns, timeoutMs }) };
}
