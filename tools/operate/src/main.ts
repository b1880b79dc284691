import { join } from 'node:path';
import { commands, runCommand } from '@docfleet/command-line';
import { apiAddress, serverAddresses } from './addresses.ts';
import { parseArguments, type Arguments } from './arguments.ts';
import { fleetCommand } from './fleet-command.ts';
import { deadLettersApi } from './dead-letters/dead-letters-api.ts';
import { deadLettersCommand } from './dead-letters/dead-letters-command.ts';
import { printLife } from './trace/print-life.ts';
import { traceRun } from './trace/trace-run.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const endpointsFile =
  process.env['DOCFLEET_ENDPOINTS'] ?? join(import.meta.dirname, '../../../.docfleet/endpoints.json');

/** Gives whether everything that was asked for is done. */
async function execute(given: Arguments): Promise<boolean> {
  switch (given.kind) {
    case 'list':
    case 'show':
    case 'redrive':
      return deadLettersCommand(given, deadLettersApi(apiAddress(process.env, endpointsFile)), print);
    case 'fleet':
      return fleetCommand(serverAddresses(process.env, endpointsFile), given.fleet, print);
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
