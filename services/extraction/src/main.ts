import { readConfig } from '@docfleet/config';
import { runStageService } from '@docfleet/service';
import { buildExtraction } from './build.ts';
import { configSchema } from './config.ts';

const config = readConfig(configSchema, process.env);
const { EXTRACTION_POOL: pool } = config;

await runStageService({
  name: 'extraction',
  pools: config.EXTRACTION_POOLS.map(({ name }) => name),
  ...(pool !== undefined && { pool }),
  settings: config,
  build: (parts) => Promise.resolve(buildExtraction(config, parts)),
});
process.exit(0);
