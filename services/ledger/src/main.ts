import { readConfig } from '@docfleet/config';
import { stopSignal } from '@docfleet/service';
import { ledgerSettings } from './config.ts';
import { runLedger } from './run-ledger.ts';

await runLedger(readConfig(ledgerSettings, process.env), stopSignal());
process.exit(0);
