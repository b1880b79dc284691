import { readConfig } from '@docfleet/config';
import { stopSignal } from '@docfleet/service';
import { webhooksSettings } from './config.ts';
import { runWebhooks } from './run-webhooks.ts';

await runWebhooks(readConfig(webhooksSettings, process.env), stopSignal());
process.exit(0);
