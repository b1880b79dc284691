import { resolve } from 'node:path';
import { checkPaths, commands, runCommand } from '@docfleet/command-line';
import { layoutOf, warnOfOtherSources } from '@docfleet/stack';
import { measureFleet, type Figures } from './measure-fleet.ts';
import { readEndpoints } from './endpoints.ts';

const calledFrom = process.env['DOCFLEET_CALLED_FROM'] ?? process.cwd();
const local = layoutOf(resolve(import.meta.dirname, '../../..'), 'local');
const endpointsFile = process.env['DOCFLEET_ENDPOINTS'] ?? local.endpointsFile;

process.exitCode = await runCommand(commands.measure, process.argv.slice(2), async ({ values, operands }) => {
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
});

function rowsOf(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name.padEnd(24)} ${String(value)}`)
    .join('\n');
}
