import { readConfig } from '@docfleet/config';
import { stopSignal } from '@docfleet/service';
import { gatewaySettings } from './config.ts';
import { runGateway } from './run-gateway.ts';

await runGateway(readConfig(gatewaySettings, process.env), stopSignal());
process.exit(0);
