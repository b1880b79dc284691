import { documentClasses } from '@docfleet/contracts';
import type { BuiltStage, StageParts } from '@docfleet/service';
import { objectFields, objectReadings } from './adapters/object-fields.ts';
import { readWeightsFolder } from './adapters/weights-folder.ts';
import type { ExtractionConfig } from './config.ts';
import { extractionStage, extractionVersion } from './stage.ts';

/** Assembles the stage. @throws Error that names a file of weights that cannot be used */
export function buildExtraction(
  config: ExtractionConfig,
  { store }: Pick<StageParts, 'store'>,
): BuiltStage<'extraction.tasks.normal'> {
  const { EXTRACTION_POOL: pool, EXTRACTION_WEIGHTS_DIR: folder } = config;
  const { classes, digest } =
    folder === undefined
      ? { classes: documentClasses, digest: null }
      : readWeightsFolder(folder, documentClasses);
  const version = extractionVersion(digest);
  return {
    stage: extractionStage(
      { classes, readings: objectReadings(store), fields: objectFields(store, version) },
      {
        version,
        ...(pool !== undefined && { pool }),
        maxConcurrentRuns: config.MAX_CONCURRENT_RUNS,
        timeoutMs: config.EXTRACTION_TIMEOUT_MS,
      },
    ),
  };
}
