import type { BuiltStage, StageParts } from '@docfleet/service';
import { objectResults, objectVerdicts } from './adapters/object-verdicts.ts';
import { exportVerdicts } from './adapters/verdict-metrics.ts';
import type { ValidationConfig } from './config.ts';
import { validationStage, validationVersion } from './stage.ts';

/** Assembles the stage. */
export function buildValidation(
  config: ValidationConfig,
  { store, metrics, fleet }: Pick<StageParts, 'store' | 'metrics' | 'fleet'>,
): BuiltStage<'validation.tasks.normal'> {
  return {
    stage: validationStage(
      {
        results: objectResults(store),
        verdicts: objectVerdicts(store, validationVersion),
        level: () => fleet.level(),
        onJudged: exportVerdicts(metrics),
      },
      { maxConcurrentRuns: config.MAX_CONCURRENT_RUNS, timeoutMs: config.VALIDATION_TIMEOUT_MS },
    ),
  };
}
