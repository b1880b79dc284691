import { readConfig } from '@docfleet/config';
import { runStageService } from '@docfleet/service';
import { objectFields, objectReadings } from './adapters/object-fields.ts';
import { configSchema } from './config.ts';
import { extractionStage, extractionVersion } from './stage.ts';

const config = readConfig(configSchema, process.env);

await runStageService({
  name: 'extraction',
  settings: config,
  build: ({ store }) =>
    Promise.resolve({
      stage: extractionStage(
        { readings: objectReadings(store), fields: objectFields(store, extractionVersion) },
        { maxConcurrentRuns: config.MAX_CONCURRENT_RUNS },
      ),
    }),
});
process.exit(0);
