import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commands, runCommand, usageError, type ValuesOf } from '@docfleet/command-line';
import { writeDocuments } from '@docfleet/samples';
import { openPageReader } from './read-pages.ts';
import { trainClass } from './train-class.ts';
import { TrainingError } from './training-error.ts';
import { writeReadings } from './write-readings.ts';

const root = join(import.meta.dirname, '../../..');
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const [which, ...argv] = process.argv.slice(2);
process.exitCode = await run();

function run(): Promise<number> {
  if (which === 'documents') return runCommand(commands.documents, argv, ({ values }) => documents(values));
  if (which === 'readings')
    return runCommand(commands.readings, argv, ({ values, operands: [folder] }) =>
      readings(folder ?? '.', values),
    );
  return runCommand(commands.train, argv, ({ values }) =>
    trainClass(values, { root, now: () => new Date(), print }),
  );
}

async function documents(values: ValuesOf<typeof commands.documents.options>): Promise<number> {
  if (values.out === undefined) throw usageError(commands.documents, '--out is needed');
  const [count, seed] = [Number(values.count), Number(values.seed)];
  const counts = await writeDocuments(values.out, { count, seed, heldOut: values['held-out'] });
  const each = Object.entries(counts).map(([name, number]) => `${name} ${number}`);
  print(`wrote ${count} documents to ${values.out}: ${each.join(', ')}`);
  return 0;
}

async function readings(folder: string, values: ValuesOf<typeof commands.readings.options>): Promise<number> {
  const usual = join(root, '.docfleet/models');
  const models = values.models ?? (existsSync(join(usual, 'models.json')) ? usual : undefined);
  if (models !== undefined && !existsSync(join(models, 'models.json'))) {
    throw new TrainingError(
      `${models} has no models.json: give the folder that npm start fills, .docfleet/models`,
    );
  }
  const reader = await openPageReader({ models });
  try {
    const out = values.out ?? join(folder, 'readings.jsonl');
    const signal = new AbortController().signal;
    const { read, failed } = await writeReadings({ folder, out, reader, signal, report: print });
    print(`wrote ${out}: ${read} documents, ${failed} left out`);
    return read === 0 ? 1 : 0;
  } finally {
    await reader.close();
  }
}
