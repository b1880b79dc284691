import { readConfig } from '@docfleet/config';
import { stopSignal } from '@docfleet/service';
import { retentionSettings } from './config.ts';
import { runRetention } from './run-retention.ts';

await runRetention(readConfig(retentionSettings, process.env), stopSignal());
process.exit(0);
