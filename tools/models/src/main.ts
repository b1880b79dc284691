import { resolve } from 'node:path';
import { commands, runCommand } from '@docfleet/command-line';
import { fetchModels } from './fetch-models.ts';

/** Where the local stack looks for models. */
const localFolder = resolve(import.meta.dirname, '../../../.docfleet/models');
const calledFrom = process.env['DOCFLEET_CALLED_FROM'] ?? process.cwd();

process.exitCode = await runCommand(commands.models, process.argv.slice(2), async ({ values: { to } }) => {
  await fetchModels({
    directory: to === undefined ? localFolder : resolve(calledFrom, to),
    report: (line) => process.stdout.write(`models: ${line}\n`),
  });
  return 0;
});
