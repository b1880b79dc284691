import { readConfig } from '@docfleet/config';
import { runStageService } from '@docfleet/service';
import { objectReadings } from './adapters/object-readings.ts';
import { configSchema } from './config.ts';
import { classificationStage } from './stage.ts';

const config = readConfig(configSchema, process.env);

await runStageService({
  name: 'classification',
  settings: config,
  build: ({ store }) =>
    Promise.resolve({
      stage: classificationStage(
        { readings: objectReadings(store) },
        { maxConcurrentRuns: config.MAX_CONCURRENT_RUNS },
      ),
    }),
});
process.exit(0);
