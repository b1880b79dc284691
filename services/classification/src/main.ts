import { readConfig } from '@docfleet/config';
import { runStageService } from '@docfleet/service';
import { buildClassification } from './build.ts';
import { configSchema } from './config.ts';

const config = readConfig(configSchema, process.env);

await runStageService({
  name: 'classification',
  settings: config,
  build: (parts) => Promise.resolve(buildClassification(config, parts)),
});
process.exit(0);
