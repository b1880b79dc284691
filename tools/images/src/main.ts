import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commands, runCommand } from '@docfleet/command-line';
import { fetchModels } from '@docfleet/models';
import { buildImages } from './build-images.ts';
import { imagesNamed } from './image-list.ts';
import { sizeTable, tooLarge } from './size-table.ts';

const root = resolve(import.meta.dirname, '../../..');
const calledFrom = process.env['DOCFLEET_CALLED_FROM'] ?? process.cwd();

process.exitCode = await runCommand(commands.images, process.argv.slice(2), async ({ operands, values }) => {
  const report = (line: string): void => void process.stderr.write(`images: ${line}\n`);
  const chosen = imagesNamed(operands);
  if (chosen.some((image) => image.hasModels))
    await fetchModels({ directory: join(root, '.docfleet/models'), report });
  const to = values.to === undefined ? join(root, '.docfleet/images') : resolve(calledFrom, values.to);
  const sizes = await buildImages(chosen, { root, to, architecture: process.arch, report });
  const nodeBytes = statSync(process.execPath).size;
  process.stdout.write(`${sizeTable(sizes, nodeBytes)}\n`);
  const large = tooLarge(sizes, nodeBytes);
  if (large.length > 0) report(`above 250 MB without models: ${large.join(', ')}`);
  return large.length === 0 ? 0 : 1;
});
