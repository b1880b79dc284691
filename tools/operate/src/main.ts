import { join } from 'node:path';
import { apiAddress, serverAddresses } from './addresses.ts';
import { help, parseArguments, UsageError } from './arguments.ts';
import { fleetCommand } from './fleet-command.ts';
import { fleetHelp } from './fleet-arguments.ts';
import { deadLettersApi } from './dead-letters/dead-letters-api.ts';
import { deadLettersCommand } from './dead-letters/dead-letters-command.ts';
import { printLife } from './trace/print-life.ts';
import { traceRun } from './trace/trace-run.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const endpointsFile =
  process.env['DOCFLEET_ENDPOINTS'] ?? join(import.meta.dirname, '../../../.docfleet/endpoints.json');

/** @returns true when everything that was asked for is done */
async function main(): Promise<boolean> {
  const [command, ...rest] = process.argv.slice(2);
  if (command === 'fleet' && !rest.includes('--help')) {
    return fleetCommand(serverAddresses(process.env, endpointsFile), rest, say);
  }
  const given = parseArguments(process.argv.slice(2), Date.now());
  switch (given.kind) {
    case 'help':
      say(`${help}\n${fleetHelp}`);
      return true;
    case 'list':
    case 'show':
    case 'redrive':
      return deadLettersCommand(given, deadLettersApi(apiAddress(process.env, endpointsFile)), say);
    case 'trace-run': {
      const life = await traceRun(serverAddresses(process.env, endpointsFile), given.runId);
      if (life.moments.length === 0) {
        const where = [
          'there is no trace of this run in topics, database and object store',
          ...life.troubles,
        ];
        throw new Error(where.join('; '));
      }
      if (given.json) say(JSON.stringify(life, null, 2));
      else printLife(life).forEach(say);
      return life.troubles.length === 0;
    }
  }
}

/** Ends once everything is written: connections to brokers may outlast what they were for. */
function exit(code: number): void {
  process.stdout.write('', () => {
    process.exit(code);
  });
}

main().then(
  (isDone) => {
    exit(isDone ? 0 : 1);
  },
  (error: unknown) => {
    const sentence = error instanceof Error ? error.message : String(error);
    const advice = error instanceof UsageError ? '; --help shows what there is' : '';
    process.stderr.write(`${sentence}${advice}\n`);
    exit(1);
  },
);
