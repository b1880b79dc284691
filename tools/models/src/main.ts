import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchModels } from './fetch-models.ts';

const usage = 'usage: node --conditions=docfleet-source tools/models/src/main.ts --to <folder>';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { to: { type: 'string' } } });
  if (values.to === undefined) throw new Error(usage);
  await fetchModels({
    directory: resolve(values.to),
    report: (line) => process.stdout.write(`models: ${line}\n`),
  });
}

try {
  await main();
} catch (error) {
  process.stderr.write(`models: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
