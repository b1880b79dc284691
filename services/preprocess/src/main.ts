import { readConfig } from '@docfleet/config';
import { runStageService } from '@docfleet/service';
import { buildPreprocess } from './build.ts';
import { preprocessConfig } from './config.ts';

const config = readConfig(preprocessConfig, process.env);

await runStageService({
  name: 'preprocess',
  settings: config,
  build: (parts) => buildPreprocess(config, parts),
});
process.exit(0);
