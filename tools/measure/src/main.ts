import { resolve } from 'node:path';
import { checkPaths, commands, runCommand, type ValuesOf } from '@docfleet/command-line';
import { layoutOf, warnOfOtherSources } from '@docfleet/stack';
import { bench } from './bench/command.ts';
import { measureFleet, type Figures } from './measure-fleet.ts';
import { readEndpoints } from './endpoints.ts';

const [name = '', ...argv] = process.argv.slice(2);
const root = resolve(import.meta.dirname, '../../..');
const calledFrom = process.env['DOCFLEET_CALLED_FROM'] ?? process.cwd();
const local = layoutOf(root, 'local');
const endpointsFile = process.env['DOCFLEET_ENDPOINTS'] ?? local.endpointsFile;

interface Call {
  readonly values: ValuesOf<typeof commands.measure.options>;
  readonly operands: readonly string[];
}

async function measure({ values, operands }: Call): Promise<number> {
  const files = operands.map((file) => resolve(calledFrom, file));
  checkPaths(commands.measure, files);
  if (process.platform !== 'linux')
    throw new Error(`Figures are read from /proc, which ${process.platform} does not have. Run it on Linux.`);
  const endpoints = readEndpoints(endpointsFile);
  const warning = endpointsFile === local.endpointsFile ? warnOfOtherSources(local) : undefined;
  if (warning !== undefined) process.stderr.write(`${warning}\n`);
  const figures = await measureFleet(endpoints, {
    files,
    idleSeconds: Number(values.idle),
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${values.json ? JSON.stringify(figures) : rowsOf(figures)}\n`);
  return 0;
}

function rowsOf(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name.padEnd(24)} ${String(value)}`)
    .join('\n');
}

switch (name) {
  case 'measure':
    process.exitCode = await runCommand(commands.measure, argv, measure);
    break;
  case 'bench':
    // A handler of signals, and the channel to the launcher, would keep the process.
    process.exit(await bench({ root, calledFrom, environment: process.env }, argv));
    break;
  default:
    throw new Error(`Unknown command ${name}: this program is started by tools/stack/launch.mjs.`);
}
