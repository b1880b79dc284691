import { readConfig } from '@docfleet/config';
import { runStageService } from '@docfleet/service';
import { buildValidation } from './build.ts';
import { configSchema } from './config.ts';

const config = readConfig(configSchema, process.env);

await runStageService({
  name: 'validation',
  settings: config,
  build: (parts) => Promise.resolve(buildValidation(config, parts)),
});
process.exit(0);
