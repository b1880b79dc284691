import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ClassFileError, readDocumentClasses } from '@docfleet/codegen';
import type { DocumentClass } from '@docfleet/contracts';
import { fitClass, foldsOf, prepareDocument, weightsFile } from './fit-class.ts';
import { loadDocuments, type LabelledFiles } from './labelled-documents.ts';
import { predict, predictionTable, type Prediction } from './predict.ts';
import { openPageReader } from './read-pages.ts';
import { TrainingError } from './training-error.ts';
import { writeReadings } from './write-readings.ts';

const readingsUsage = `npm run readings -- FOLDER [options]
Reads every document of a labelled folder (labels.jsonl with id and file), as preprocess and ocr do, without servers.
  --out FILE       one {"id","pages"} a line (default FOLDER/readings.jsonl)
  --models FOLDER  models of the reading engine (default .docfleet/models where npm start has put them; without them
                   pages that have no text of their own are read by Tesseract, which is worse)`;

const trainUsage = `npm run train -- --class NAME --labels FILE [options]
Fits the field weights of a document class on labelled readings. Reads the class from schemas/classes.
  --readings FILE  what npm run readings wrote (not needed where the labels file has given lines)
  --groups FILE    where the group of each id stands (default the labels file)
  --group-by KEY   documents with the same KEY are never on both sides of a split (default id)
  --also FILE      further labels with given lines, to train on as well (never checked)
  --folds N        grouped cross-validation (default 5; 0 = none)
  --l2 X           how strongly weights are pulled to the usual ones (default 0.002; with few documents 0.02)
  --steps N        steps of the fit (default 300)
  --out FILE       predictions of unseen groups, one {"id","fields"} a line
  --write          fit on everything and write weights.v<version>.json beside the class
  --apply          no training: predictions with the weights that are there
  --classes FOLDER folder of the classes (default schemas/classes)`;

const root = join(import.meta.dirname, '../../..');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isParseError = error instanceof TypeError && 'code' in error;
  if (!(error instanceof TrainingError || error instanceof ClassFileError || isParseError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = isParseError ? 2 : 1;
}

async function main([command, ...argv]: readonly string[]): Promise<number> {
  if (command === 'readings') return readings(argv);
  if (command === 'weights') return weights(argv);
  say(`${readingsUsage}\n\n${trainUsage}`);
  return 2;
}

async function readings(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      models: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [folder] = positionals;
  if (values.help || folder === undefined) {
    say(readingsUsage);
    return values.help ? 0 : 2;
  }
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
    const { read, failed } = await writeReadings({ folder, out, reader, signal, report: say });
    say(`wrote ${out}: ${read} documents, ${failed} left out`);
    return read === 0 ? 1 : 0;
  } finally {
    await reader.close();
  }
}

function weights(argv: readonly string[]): number {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      class: { type: 'string' },
      classes: { type: 'string', default: join(root, 'schemas/classes') },
      labels: { type: 'string' },
      readings: { type: 'string' },
      groups: { type: 'string' },
      'group-by': { type: 'string', default: 'id' },
      also: { type: 'string' },
      folds: { type: 'string', default: '5' },
      out: { type: 'string' },
      l2: { type: 'string', default: '0.002' },
      steps: { type: 'string', default: '300' },
      write: { type: 'boolean', default: false },
      apply: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values.class === undefined || values.labels === undefined) {
    say(trainUsage);
    return values.help ? 0 : 2;
  }
  const documentClass = classNamed(values.class, values.classes);
  const files: LabelledFiles = {
    labels: values.labels,
    groupBy: values['group-by'],
    ...(values.readings === undefined ? {} : { readings: values.readings }),
    ...(values.groups === undefined ? {} : { groups: values.groups }),
  };
  const documents = loadDocuments(documentClass, files);
  if (documents.length === 0) throw new TrainingError(`${values.labels}: no document has a reading`);
  const tell = (prediction: Prediction): void => {
    say(predictionTable(prediction));
    if (values.out !== undefined) writeFileSync(values.out, `${prediction.lines.join('\n')}\n`);
  };
  if (values.apply) {
    tell(predict(documentClass, documents, () => documentClass));
    return 0;
  }
  const options = { l2: numberOf('--l2', values.l2), steps: numberOf('--steps', values.steps) };
  const prepared = documents.map((document) => prepareDocument(documentClass, document));
  const also =
    values.also === undefined
      ? []
      : loadDocuments(documentClass, { labels: values.also, groupBy: values['group-by'] }).map((document) =>
          prepareDocument(documentClass, document),
        );
  say(`${prepared.length} documents, ${new Set(prepared.map((one) => one.group)).size} groups`);
  const folds = numberOf('--folds', values.folds);
  if (folds > 1) {
    const foldOf = foldsOf(prepared, folds);
    const classes = Array.from({ length: folds }, (_, fold) =>
      fitClass(
        documentClass,
        [...prepared, ...also].filter((one) => foldOf.get(one.group) !== fold),
        options,
      ),
    );
    tell(
      predict(
        documentClass,
        documents,
        (document) => classes[foldOf.get(document.group) ?? 0] ?? documentClass,
      ),
    );
  }
  if (values.write) {
    const file = resolve(values.classes, documentClass.name, `weights.v${documentClass.version}.json`);
    writeFileSync(file, weightsFile(fitClass(documentClass, [...prepared, ...also], options)));
    say(`wrote ${file}; npm run codegen takes it into the contracts`);
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

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new TrainingError(`${option} needs a number from 0, not ${text}`);
  }
  return value;
}
