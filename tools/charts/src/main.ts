import { join, resolve } from 'node:path';
import { commands, runCommand } from '@docfleet/command-line';
import { reportTo, showProgress, type Machine } from '@docfleet/stack';
import { fetchSchemas } from './schemas/fetch-schemas.ts';
import { buildTool, toolNames } from './tools.ts';

const root = resolve(import.meta.dirname, '../../..');

process.exitCode = await runCommand(commands.charts, process.argv.slice(2), async ({ values }) => {
  const interrupted = new AbortController();
  const stop = (): void => {
    interrupted.abort(new Error('interrupted'));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const machine: Machine = {
    root,
    servers: join(root, '.docfleet/servers'),
    environment: process.env,
    isRoot: process.getuid?.() === 0,
    progress: reportTo(showProgress(process.stdout).sink),
    signal: interrupted.signal,
    abortOthers: stop,
  };
  if (values.tools) for (const name of toolNames) await buildTool(machine, name);
  if (values.schemas) {
    const files = await fetchSchemas(machine, join(root, 'tools/charts/resources/schemas'));
    process.stdout.write(`charts: wrote ${files.length} files below tools/charts/resources\n`);
  }
  return 0;
});
