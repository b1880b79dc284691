import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  compare,
  comparisonTable,
  gainOf,
  predict,
  predictionTable,
  weightsFile,
  type LabelledDocument,
  type Prediction,
} from '@docfleet/class-training';
import { readDocumentClasses } from '@docfleet/codegen';
import { commands, usageError, type ValuesOf } from '@docfleet/command-line';
import type { DocumentClass } from '@docfleet/contracts';
import { crossValidate, fitOnAll, type TrainingSet } from './cross-validate.ts';
import { foldModels } from './fold-models.ts';
import { loadDocuments } from './labelled-documents.ts';
import { publishedWeights, type PublishedWeights } from './published-weights.ts';
import { TrainingError } from './training-error.ts';

type Values = ValuesOf<typeof commands.train.options>;

export interface TrainSurroundings {
  readonly root: string;
  readonly now: () => Date;
  readonly print: (line: string) => void;
}

type ValuesAndOutput = Pick<TrainSurroundings, 'now' | 'print'> & { readonly values: Values };

/**
 * Trains, measures, publishes, lists or rolls back the weights of a class, as the options say.
 * @returns the exit status
 * @throws UsageError, TrainingError
 */
export function trainClass(values: Values, { root, now, print }: TrainSurroundings): number {
  if (values.class === undefined) throw usageError(commands.train, '--class is needed');
  const given = (['write', 'apply', 'publish', 'rollback', 'published'] as const).filter(
    (name) => values[name] !== undefined && values[name] !== false,
  );
  if (given.length > 1)
    throw usageError(commands.train, `${given.map((name) => `--${name}`).join(' and ')} exclude each other`);
  const classesFolder = values.classes ?? join(root, 'schemas/classes');
  const documentClass = classNamed(values.class, classesFolder);
  if (values.published !== undefined) return listPublished(documentClass, values.published, print);
  if (values.rollback !== undefined) return rollBack(documentClass, values.rollback, { values, now, print });
  const set = readSet(documentClass, values);
  const report = (prediction: Prediction): void => {
    print(predictionTable(prediction));
    if (values.out === undefined) return;
    const lines = prediction.documents.map(({ id, values: fields }) => JSON.stringify({ id, fields }));
    writeFileSync(values.out, `${lines.join('\n')}\n`);
  };
  if (values.apply) {
    report(predict(documentClass, set.documents, () => documentClass));
    return 0;
  }
  const groups = new Set(set.documents.map(({ group }) => group)).size;
  print(`${set.documents.length} documents, ${groups} groups`);
  const published = values.publish === undefined ? undefined : openPublished(documentClass, values.publish);
  const inUse = published?.inUse() ?? documentClass;
  const start = values.start === 'current' ? 'current' : 'usual';
  const options = { l2: Number(values.l2), steps: Number(values.steps), start } as const;
  const folds = Math.min(Number(values.folds), Math.max(groups, 1));
  const unseen = folds > 1 ? crossValidate(inUse, set, { ...options, folds }) : undefined;
  if (unseen !== undefined) report(unseen);
  if (published !== undefined) {
    const weights = (): string => weightsFile(fitOnAll(inUse, set, options));
    return publish({ published, inUse, set, unseen, weights }, { values, now, print });
  }
  if (values.write) {
    const file = resolve(classesFolder, documentClass.name, `weights.v${documentClass.version}.json`);
    writeFileSync(file, weightsFile(fitOnAll(documentClass, set, options)));
    print(`wrote ${file}; npm run codegen takes it into the contracts`);
  }
  return 0;
}

interface Trained {
  readonly published: PublishedWeights;
  readonly inUse: DocumentClass;
  readonly set: TrainingSet;
  /** What new weights read of groups that they have not seen; undefined: nothing was measured. */
  readonly unseen: Prediction | undefined;
  /** New weights, fitted on everything. */
  readonly weights: () => string;
}

/** Compares the new weights with those in use, and publishes them unless a group that was never seen loses by it. */
function publish(
  { published, inUse, set, unseen, weights }: Trained,
  { values, now, print }: ValuesAndOutput,
): number {
  if (unseen === undefined)
    throw new TrainingError(
      'nothing is published that was not measured: label documents of at least two groups, and give --folds 2 or more',
    );
  const comparison = compare(
    predict(inUse, set.documents, () => inUse),
    unseen,
  );
  print(`\nweights in use, and new ones on groups that they have not seen\n${comparisonTable(comparison)}`);
  const gain = gainOf(comparison);
  if (gain < 0 && !values['even-if-worse']) {
    print(
      'not published: a group that was never seen is read worse than now; --even-if-worse publishes all the same',
    );
    return 1;
  }
  const measured = { gain, documents: comparison.documents, groups: comparison.groups };
  const digest = published.publish(weights(), { at: now(), reason: values.reason ?? null, measured });
  print(
    `published ${digest} to ${values.publish ?? ''}: processes of extraction that follow the folder use it within ten seconds; --rollback takes it back`,
  );
  return 0;
}

function readSet(documentClass: DocumentClass, values: Values): TrainingSet {
  if (values.labels === undefined) throw usageError(commands.train, '--class and --labels are needed');
  const groupBy = values['group-by'];
  const documents = loadDocuments(documentClass, {
    labels: values.labels,
    groupBy,
    ...(values.readings === undefined ? {} : { readings: values.readings }),
    ...(values.groups === undefined ? {} : { groups: values.groups }),
  });
  if (documents.length === 0) throw new TrainingError(`${values.labels}: no document has a reading`);
  const alsoReadings = values['also-readings'];
  const also =
    values.also === undefined
      ? []
      : loadDocuments(documentClass, {
          labels: values.also,
          groupBy,
          ...(alsoReadings === undefined ? {} : { readings: alsoReadings }),
        });
  if (values['fold-models'] === undefined) return { documents, also };
  const scorersOf = foldModels(values['fold-models'], documentClass);
  const scored = (document: LabelledDocument): LabelledDocument => {
    const scorers = scorersOf(document.group);
    return scorers === undefined ? document : { ...document, scorers };
  };
  return { documents: documents.map(scored), also: also.map(scored) };
}

function openPublished(documentClass: DocumentClass, folder: string): PublishedWeights {
  if (!existsSync(folder))
    throw new TrainingError(
      `${folder} does not exist: give the folder that extraction follows (EXTRACTION_WEIGHTS_DIR); npm start makes .docfleet/weights`,
    );
  return publishedWeights(folder, documentClass);
}

function listPublished(documentClass: DocumentClass, folder: string, print: (line: string) => void): number {
  const entries = openPublished(documentClass, folder).entries();
  if (entries.length === 0) print(`No weights of ${documentClass.name} were published to ${folder}.`);
  for (const { at, kind, digest, gain, documents, groups, reason } of entries) {
    const measured =
      gain === null
        ? ''
        : `  gain ${gain.toFixed(4)} on ${documents ?? 0} documents of ${groups ?? 0} groups`;
    print(
      `${at}  ${kind.padEnd(8)}  ${digest ?? 'the class file'}${measured}${reason === null ? '' : `  ${reason}`}`,
    );
  }
  return 0;
}

function rollBack(
  documentClass: DocumentClass,
  folder: string,
  { values, now, print }: ValuesAndOutput,
): number {
  const reason = values.reason ?? null;
  const { digest, previous } = openPublished(documentClass, folder).rollBack({ at: now(), reason });
  print(`in use again: ${digest ?? 'the weights of the class file'}; taken back: ${previous ?? 'none'}`);
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
