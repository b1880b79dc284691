import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  fitClass,
  foldsOf,
  predict,
  predictionTable,
  prepareDocument,
  weightsFile,
  type Prediction,
} from '@docfleet/class-training';
import { commands, runCommand, usageError, type ValuesOf } from '@docfleet/command-line';
import { readDocumentClasses } from '@docfleet/codegen';
import type { DocumentClass } from '@docfleet/contracts';
import { loadDocuments, type LabelledFiles } from './labelled-documents.ts';
import { openPageReader } from './read-pages.ts';
import { TrainingError } from './training-error.ts';
import { writeReadings } from './write-readings.ts';

const root = join(import.meta.dirname, '../../..');
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const [which, ...argv] = process.argv.slice(2);
process.exitCode =
  which === 'readings'
    ? await runCommand(commands.readings, argv, ({ values, operands: [folder] }) =>
        readings(folder ?? '.', values),
      )
    : await runCommand(commands.train, argv, ({ values }) => weights(values));

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

function weights(values: ValuesOf<typeof commands.train.options>): number {
  if (values.class === undefined || values.labels === undefined)
    throw usageError(commands.train, '--class and --labels are needed');
  const classesFolder = values.classes ?? join(root, 'schemas/classes');
  const documentClass = classNamed(values.class, classesFolder);
  const files: LabelledFiles = {
    labels: values.labels,
    groupBy: values['group-by'],
    ...(values.readings === undefined ? {} : { readings: values.readings }),
    ...(values.groups === undefined ? {} : { groups: values.groups }),
  };
  const documents = loadDocuments(documentClass, files);
  if (documents.length === 0) throw new TrainingError(`${values.labels}: no document has a reading`);
  const printPrediction = (prediction: Prediction): void => {
    print(predictionTable(prediction));
    if (values.out === undefined) return;
    const lines = prediction.documents.map(({ id, values: fields }) => JSON.stringify({ id, fields }));
    writeFileSync(values.out, `${lines.join('\n')}\n`);
  };
  if (values.apply) {
    printPrediction(predict(documentClass, documents, () => documentClass));
    return 0;
  }
  const options = { l2: Number(values.l2), steps: Number(values.steps), start: 'usual' } as const;
  const prepared = documents.map((document) => prepareDocument(documentClass, document));
  const also =
    values.also === undefined
      ? []
      : loadDocuments(documentClass, { labels: values.also, groupBy: values['group-by'] }).map((document) =>
          prepareDocument(documentClass, document),
        );
  print(`${prepared.length} documents, ${new Set(prepared.map((one) => one.group)).size} groups`);
  const folds = Number(values.folds);
  if (folds > 1) {
    const foldOf = foldsOf(prepared, folds);
    const classes = Array.from({ length: folds }, (_, fold) =>
      fitClass(
        documentClass,
        [...prepared, ...also].filter((one) => foldOf.get(one.group) !== fold),
        options,
      ),
    );
    printPrediction(
      predict(
        documentClass,
        documents,
        (document) => classes[foldOf.get(document.group) ?? 0] ?? documentClass,
      ),
    );
  }
  if (values.write) {
    const file = resolve(classesFolder, documentClass.name, `weights.v${documentClass.version}.json`);
    writeFileSync(file, weightsFile(fitClass(documentClass, [...prepared, ...also], options)));
    print(`wrote ${file}; npm run codegen takes it into the contracts`);
  }
  return 0;
}

function classNamed(name: string, folder: string): DocumentClass {
  const classes = readDocumentClasses(folder);
  const found = classes.find((one) => one.name === name);
  if (found === undefined) {
    throw new TrainingError(
      `there is no class ${name} in ${folder}, only ${classes.map((one) => one.name).join(', ')}`,
    );
  }
  if (found.evaluation === null) {
    throw new TrainingError(`the class ${name} has no evaluation: it says which label is which field`);
  }
  return found;
}
