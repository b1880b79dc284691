import { documentClasses } from '@docfleet/contracts';
import type { BuiltStage, StageParts } from '@docfleet/service';
import { objectFields, objectReadings } from './adapters/object-fields.ts';
import { followWeightsFolder } from './adapters/weights-folder.ts';
import type { ExtractionConfig } from './config.ts';
import type { TrainedClasses } from './ports.ts';
import { extractionStage } from './stage.ts';

/** Assembles the stage. @throws Error that names a file of weights that cannot be used */
export function buildExtraction(
  config: ExtractionConfig,
  parts: Pick<StageParts, 'store' | 'clock' | 'log'>,
): BuiltStage<'extraction.tasks.normal'> {
  const { EXTRACTION_POOL: pool } = config;
  const { store } = parts;
  return {
    stage: extractionStage(
      {
        trained: trainedClasses(config, parts),
        readings: objectReadings(store),
        fields: objectFields(store),
      },
      {
        ...(pool !== undefined && { pool }),
        maxConcurrentRuns: config.MAX_CONCURRENT_RUNS,
        timeoutMs: config.EXTRACTION_TIMEOUT_MS,
      },
    ),
  };
}

function trainedClasses(
  { EXTRACTION_WEIGHTS_DIR: folder }: ExtractionConfig,
  { clock, log }: Pick<StageParts, 'clock' | 'log'>,
): () => TrainedClasses {
  if (folder === undefined) return () => ({ classes: documentClasses, digest: null });
  return followWeightsFolder({
    folder,
    classes: documentClasses,
    clock,
    onChange: (digest) => {
      log.info('Other weights of EXTRACTION_WEIGHTS_DIR are in use', { digest: digest ?? 'none' });
    },
    onProblem: (error) => {
      log.error('The weights of EXTRACTION_WEIGHTS_DIR cannot be used; those before stay', error);
    },
  });
}
