import { readConfig } from '@docfleet/config';
import { runStageService } from '@docfleet/service';
import { buildOcr } from './build.ts';
import { ocrConfig } from './config.ts';

const config = readConfig(ocrConfig, process.env);

await runStageService({ name: 'ocr', settings: config, build: (parts) => buildOcr(config, parts) });
process.exit(0);
