import { join, resolve } from 'node:path';
import { commands, runCommand } from '@docfleet/command-line';
import { keysCommand, tenantsCommand } from './access/access-command.ts';
import { publicKeysCommand } from './access/public-keys-command.ts';
import { bootstrapKey } from './access/bootstrap.ts';
import { apiAddress, kafkaAddresses, tenantAddress, operatorDatabase, serverAddresses } from './addresses.ts';
import { apiClient } from './api-client.ts';
import { parseArguments, type Arguments } from './arguments.ts';
import { eraseCommand } from './erasure/erase-command.ts';
import { lagCommand, processesCommand } from './fleet/lag-command.ts';
import { modelsCommand } from './fleet/models-command.ts';
import { orderCommand, showFleet } from './fleet/order-command.ts';
import { rewindCommand } from './fleet/rewind.ts';
import { deadLettersApi } from './dead-letters/dead-letters-api.ts';
import { deadLettersCommand } from './dead-letters/dead-letters-command.ts';
import { auditCommand } from './runs/audit-command.ts';
import { exportLabels } from './labels/export-labels.ts';
import { exportAudit } from './runs/export-audit.ts';
import { followCommand } from './runs/follow-command.ts';
import { verifyAudit } from './runs/verify-audit.ts';
import { setAsideApi } from './set-aside/set-aside-api.ts';
import { setAsideCommand } from './set-aside/set-aside-command.ts';
import { printLife } from './trace/print-life.ts';
import { traceRun } from './trace/trace-run.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const endpointsFile =
  process.env['DOCFLEET_ENDPOINTS'] ?? join(import.meta.dirname, '../../../.docfleet/endpoints.json');

const calledFrom = process.env['DOCFLEET_CALLED_FROM'] ?? process.cwd();

const api = () => apiClient(apiAddress(process.env, endpointsFile));
const kafka = () => kafkaAddresses(process.env, endpointsFile);

/** Gives whether everything that was asked for is done. */
async function execute(given: Arguments): Promise<boolean> {
  switch (given.kind) {
    case 'list':
    case 'show':
    case 'redrive':
      return deadLettersCommand(given, deadLettersApi(apiAddress(process.env, endpointsFile)), print);
    case 'set-aside':
      return setAsideCommand(given.setAside, setAsideApi(apiAddress(process.env, endpointsFile)), print);
    case 'tenants':
      await tenantsCommand(given.tenants, api(), print);
      return true;
    case 'public-keys':
      await publicKeysCommand(given.publicKeys, api(), print);
      return true;
    case 'keys':
      if (given.keys.kind === 'bootstrap') {
        await bootstrapKey(operatorDatabase(process.env, endpointsFile), given.keys, print);
      } else {
        await keysCommand(given.keys, api(), print);
      }
      return true;
    case 'erase':
      await eraseCommand(given.erase, api(), print);
      return true;
    case 'labels':
      return exportLabels(
        { ...given.labels, folder: resolve(calledFrom, given.labels.folder) },
        tenantAddress(process.env, endpointsFile),
        print,
      );
    case 'follow':
      return followCommand(given, api(), print);
    case 'fleet show':
      await showFleet(kafka(), print);
      return true;
    case 'order':
      await orderCommand(given.order, { api, kafka }, print);
      return true;
    case 'lag':
      await lagCommand(given, api(), print);
      return true;
    case 'processes':
      await processesCommand(given, api(), print);
      return true;
    case 'models':
      await modelsCommand(given.models, api(), print);
      return true;
    case 'audit':
      await auditCommand(given.audit, api(), print);
      return true;
    case 'audit export':
      await exportAudit(given, apiAddress(process.env, endpointsFile), process.stdout);
      return true;
    case 'audit verify':
      return verifyAudit(operatorDatabase(process.env, endpointsFile), given.end, print);
    case 'rewind': {
      const servers = { kafka: kafka(), operator: operatorDatabase(process.env, endpointsFile) };
      return rewindCommand(given.rewind, servers, print);
    }
    case 'trace-run': {
      const life = await traceRun(serverAddresses(process.env, endpointsFile), given.runId);
      if (life.moments.length === 0) {
        const where = `Run ${given.runId} was not found in topics, database and object store.`;
        throw new Error([where, ...life.troubles].join('\n  - '));
      }
      if (given.json) print(JSON.stringify(life, null, 2));
      else printLife(life).forEach(print);
      return life.troubles.length === 0;
    }
  }
}

const code = await runCommand(commands.operate, process.argv.slice(2), async ({ operands, values }) =>
  (await execute(parseArguments(operands, values, Date.now()))) ? 0 : 1,
);
// Ends once everything is written: connections to brokers may outlast what they were for.
process.stdout.write('', () => {
  process.exit(code);
});
