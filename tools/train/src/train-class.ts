import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  calibrateUnseen,
  compare,
  comparisonTable,
  fitCalibration,
  gainOf,
  judgedByPage,
  mergeLookAlikes,
  predict,
  predictionTable,
  trustOf,
  trustTable,
  weightsFile,
  type LabelledDocument,
  type PredictedDocument,
  type Prediction,
} from '@docfleet/class-training';
import { readDocumentClasses } from '@docfleet/codegen';
import { commands, usageError, type ValuesOf } from '@docfleet/command-line';
import { approvalRuleOf, type ApprovalRule, type DocumentClass } from '@docfleet/contracts';
import { crossValidate, fitOnAll, type TrainingSet } from './cross-validate.ts';
import { foldModels } from './fold-models.ts';
import { loadDocuments } from './labelled-documents.ts';
import { publishedWeights, type PublishedWeights } from './published-weights.ts';
import { TrainingError } from './training-error.ts';
import { trustDiagram } from './trust-diagram.ts';

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
  const rule = measurableRuleOf(documentClass);
  if (values.apply) {
    const read = predict(documentClass, set.documents, () => documentClass);
    report(read);
    print(trustTable(trustOf(read, rule), rule.decisive));
    return 0;
  }
  const groups = new Set(set.documents.map(({ group }) => group)).size;
  print(`${set.documents.length} documents, ${groups} groups`);
  const published = values.publish === undefined ? undefined : openPublished(documentClass, values.publish);
  const inUse = published?.inUse() ?? documentClass;
  const start = values.start === 'current' ? 'current' : 'usual';
  const keep = keptFields(documentClass, values.keep);
  const options = { l2: Number(values.l2), steps: Number(values.steps), start, keep } as const;
  const folds = foldsFor(values.folds, groups);
  const validated = folds > 1 ? crossValidate(inUse, set, { ...options, folds }) : undefined;
  const read = validated && values['judged-by-page'] ? byPage(documentClass, validated, set) : validated;
  const calibration = {
    decisive: rule.decisive,
    labelErrors: documentClass.evaluation?.labelErrors ?? 0,
  };
  const calibrates = read !== undefined && canCalibrate({ documents: set.documents.length, groups, rule });
  const further = (): readonly PredictedDocument[] =>
    values['calibrate-on'] === undefined
      ? []
      : readOthers(fitOnAll(inUse, set, options), values['calibrate-on']);
  const also = calibrates ? further() : [];
  const unseen = calibrates ? calibrateUnseen(read, { ...calibration, folds, also }) : read;
  if (unseen !== undefined) {
    report(unseen);
    const trust = trustOf(unseen, rule);
    print(trustTable(trust, rule.decisive));
    if (values.diagram !== undefined)
      writeFileSync(values.diagram, trustDiagram(trust, `${documentClass.title}, issuers kept out`));
  }
  if (!calibrates)
    print(
      `confidences are not calibrated on these documents: that needs ${fewestToCalibrate.documents} of ${fewestToCalibrate.groups} groups, and labels of a decisive field; a calibration of the weights before is kept`,
    );
  const weights = (): string => {
    const fitted = fitOnAll(inUse, set, options);
    const fittedTo = calibrates
      ? fitCalibration([...read.documents, ...also], calibration)
      : inUse.calibration;
    return weightsFile({ ...fitted, ...(fittedTo !== undefined && { calibration: fittedTo }) });
  };
  if (published !== undefined) {
    return publish({ published, inUse, set, unseen, weights }, { values, now, print });
  }
  if (values.write) {
    const file = resolve(classesFolder, documentClass.name, `weights.v${documentClass.version}.json`);
    writeFileSync(file, weights());
    print(`wrote ${file}; npm run codegen takes it into the contracts`);
  }
  return 0;
}

function keptFields({ name, fields }: DocumentClass, list = ''): readonly string[] {
  const wanted = list.split(',').filter((each) => each !== '');
  const unknown = wanted.find((each) => !fields.some((field) => field.name === each));
  if (unknown !== undefined) throw usageError(commands.train, `--keep: ${name} has no field ${unknown}`);
  return wanted;
}

/** The same prediction, judged by labels alone that stand on the pages. */
function byPage(
  documentClass: DocumentClass,
  prediction: Prediction,
  { documents }: TrainingSet,
): Prediction {
  const labelled = new Map(documents.map((document) => [document.id, document]));
  return {
    ...prediction,
    documents: prediction.documents.map((document) => {
      const own = labelled.get(document.id);
      return own === undefined ? document : judgedByPage(documentClass, document, own);
    }),
  };
}

/** Documents of a folder that the class has not learned from, each a group of its own. */
function readOthers(documentClass: DocumentClass, folder: string): readonly PredictedDocument[] {
  const documents = loadDocuments(documentClass, {
    labels: join(folder, 'labels.jsonl'),
    readings: join(folder, 'readings.jsonl'),
    groupBy: 'id',
  });
  return predict(documentClass, documents, () => documentClass).documents;
}

/** With fewer documents a calibration would be noise. */
const fewestToCalibrate = { documents: 30, groups: 5 } as const;

function canCalibrate({
  documents,
  groups,
  rule,
}: {
  readonly documents: number;
  readonly groups: number;
  readonly rule: ApprovalRule;
}): boolean {
  return (
    documents >= fewestToCalibrate.documents && groups >= fewestToCalibrate.groups && rule.decisive.length > 0
  );
}

/** The rule of the class, as far as labels can say whether it is kept. */
function measurableRuleOf(documentClass: DocumentClass): ApprovalRule {
  const { decisive, target } = approvalRuleOf(documentClass);
  const labelled = documentClass.evaluation?.fields.map(({ field }) => field) ?? [];
  return { decisive: decisive.filter((name) => labelled.includes(name)), target };
}

/** Up to this many groups each is a fold of its own (leave one issuer out). */
const groupsAsFolds = 12;

function foldsFor(wanted: string | undefined, groups: number): number {
  if (wanted !== undefined) return Math.min(Number(wanted), Math.max(groups, 1));
  return groups <= groupsAsFolds ? groups : 5;
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
  const grouped = (some: readonly LabelledDocument[]): readonly LabelledDocument[] =>
    values['look-alikes'] ? mergeLookAlikes(some) : some;
  const alsoReadings = values['also-readings'];
  const also =
    values.also === undefined
      ? []
      : loadDocuments(documentClass, {
          labels: values.also,
          groupBy,
          ...(alsoReadings === undefined ? {} : { readings: alsoReadings }),
        });
  if (values['fold-models'] === undefined) return { documents: grouped(documents), also };
  const scorersOf = foldModels(values['fold-models'], documentClass);
  const scored = (document: LabelledDocument): LabelledDocument => {
    const scorers = scorersOf(document.group);
    return scorers === undefined ? document : { ...document, scorers };
  };
  // Models of folds go by the groups that they were made for, so groups are merged afterwards.
  return { documents: grouped(documents.map(scored)), also: also.map(scored) };
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
