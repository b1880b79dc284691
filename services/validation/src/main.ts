import { readConfig } from '@docfleet/config';
import { runStageService } from '@docfleet/service';
import { objectResults, objectVerdicts } from './adapters/object-verdicts.ts';
import { configSchema } from './config.ts';
import { validationStage, validationVersion } from './stage.ts';

const config = readConfig(configSchema, process.env);

await runStageService({
  name: 'validation',
  settings: config,
  build: ({ store }) =>
    Promise.resolve({
      stage: validationStage(
        { results: objectResults(store), verdicts: objectVerdicts(store, validationVersion) },
        { maxConcurrentRuns: config.MAX_CONCURRENT_RUNS },
      ),
    }),
});
process.exit(0);
