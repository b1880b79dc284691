import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { documentClasses, type DocumentClass, type FieldDefinition } from '@docfleet/contracts';
import { comparable, runAtOnce } from '@docfleet/domain';
import type { Candidate } from '../src/core/candidate.ts';
import {
  candidatesOf,
  extractDocument,
  readDocument,
  scopeOf,
  type ReadDocument,
} from '../src/core/extract.ts';
import { priorOf } from '../src/core/priors.ts';
import { calibrationLine, type Judged } from './calibration.ts';
import { loadDocuments, type LabelledDocument } from './data.ts';
import { fit, type Example } from './logit.ts';

const usage = `Fits the field weights of a document class on labelled readings.
  node --conditions=docfleet-source services/extraction/train/main.ts --class NAME --labels FILE [--readings FILE]
    --groups FILE    where the group of each id stands (default: the labels file)   --group-by KEY
    --also FILE      further labels with given lines, to train on as well (never checked)
    --folds N        grouped cross-validation: predictions of unseen groups to --out (default 5; 0 = none)
    --out FILE       predictions, one {"id","fields"} a line
    --write          fit on everything and write schemas/classes/NAME/weights.v<version>.json
    --apply          no training: predictions with the weights that are there`;

const { values: args } = parseArgs({
  options: {
    class: { type: 'string' },
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

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Weight of "none of them" where the label is not among the candidates. */
const unseenWeight = 0.3;

interface Prepared extends LabelledDocument {
  readonly read: ReadDocument;
  /** Candidates of each field, with the labelled value of the field that it is `near`. */
  readonly examples: ReadonlyMap<string, Example>;
}

if (args.help || args.class === undefined || args.labels === undefined) say(usage);
else run(args.class, args.labels);

function run(className: string, labelsFile: string): void {
  const documentClass = documentClasses.find((one) => one.name === className);
  if (documentClass === undefined) throw new Error(`Unknown class ${className}.`);
  const files = {
    labels: labelsFile,
    groupBy: args['group-by'],
    ...(args.readings === undefined ? {} : { readings: args.readings }),
    ...(args.groups === undefined ? {} : { groups: args.groups }),
  };
  const documents = loadDocuments(documentClass, files);
  if (args.apply) {
    report(documentClass, documents, () => documentClass);
    return;
  }
  const prepared = documents.map((document) => prepare(documentClass, document));
  const also =
    args.also === undefined
      ? []
      : loadDocuments(documentClass, { labels: args.also, groupBy: args['group-by'] }).map((document) =>
          prepare(documentClass, document),
        );
  say(
    `${String(prepared.length)} documents, ${String(new Set(prepared.map((one) => one.group)).size)} groups`,
  );
  const folds = Number(args.folds);
  if (folds > 1) {
    const foldOf = foldsOf(prepared, folds);
    const classes = Array.from({ length: folds }, (_, fold) => {
      const inFold = new Set(
        prepared.filter((one) => foldOf.get(one.group) === fold).map((one) => one.group),
      );
      return trained(
        documentClass,
        [...prepared, ...also].filter((one) => !inFold.has(one.group)),
      );
    });
    report(documentClass, documents, (document) => classes[foldOf.get(document.group) ?? 0] ?? documentClass);
  }
  if (args.write) {
    const fitted = trained(documentClass, [...prepared, ...also]);
    const file = join(
      import.meta.dirname,
      `../../../schemas/classes/${documentClass.name}/weights.v${String(documentClass.version)}.json`,
    );
    const weights = Object.fromEntries(
      fitted.fields.filter((field) => field.type !== 'count').map((field) => [field.name, field.weights]),
    );
    writeFileSync(file, `${JSON.stringify(weights, null, 2)}\n`);
    say(`wrote ${file}`);
  }
}

/** Assigns groups to folds: largest first, each to the fold with the fewest documents. */
function foldsOf(documents: readonly LabelledDocument[], folds: number): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { group } of documents) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const filled = Array.from({ length: folds }, () => 0);
  const foldOf = new Map<string, number>();
  for (const [group, size] of [...sizes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))) {
    const fold = filled.indexOf(Math.min(...filled));
    foldOf.set(group, fold);
    filled[fold] = (filled[fold] ?? 0) + size;
  }
  return foldOf;
}

function prepare(documentClass: DocumentClass, document: LabelledDocument): Prepared {
  const read = runAtOnce(readDocument(documentClass, document.pages));
  const examples = new Map<string, Example>();
  const gold = new Map<string, Candidate>();
  for (const field of documentClass.fields) {
    if (field.type === 'count') continue;
    const near = field.near === null ? undefined : gold.get(field.near);
    const candidates = candidatesOf(scopeOf(read, field, near));
    const label = document.labels[field.name] ?? null;
    const right = candidates.map(
      (candidate) => label !== null && isRight(documentClass, field, candidate, label),
    );
    const first = candidates[right.indexOf(true)];
    if (first !== undefined) gold.set(field.name, first);
    if (label === null) continue;
    examples.set(field.name, { candidates, right, weight: right.includes(true) ? 1 : unseenWeight });
  }
  return { ...document, read, examples };
}

function isRight(
  documentClass: DocumentClass,
  field: FieldDefinition,
  candidate: Candidate,
  label: string,
): boolean {
  const mapping = documentClass.evaluation?.fields.find((one) => one.field === field.name);
  if (mapping === undefined) return false;
  return comparable(mapping.compare, candidate[mapping.predict]) === comparable(mapping.compare, label);
}

function trained(documentClass: DocumentClass, documents: readonly Prepared[]): DocumentClass {
  const groupSizes = new Map<string, number>();
  for (const { group } of documents) groupSizes.set(group, (groupSizes.get(group) ?? 0) + 1);
  const fields = documentClass.fields.map((field) => {
    const examples = documents.flatMap((document) => {
      const example = document.examples.get(field.name);
      // Large groups count less than their size, so that a few merchants do not dominate.
      const share = 1 / Math.sqrt(groupSizes.get(document.group) ?? 1);
      return example === undefined ? [] : [{ ...example, weight: example.weight * share }];
    });
    if (examples.length === 0) return field;
    return {
      ...field,
      weights: fit(examples, { l2: Number(args.l2), steps: Number(args.steps), prior: priorOf(field) }),
    };
  });
  return { ...documentClass, fields };
}

/** Extracts every document with the given class and prints the share of right values. */
function report(
  documentClass: DocumentClass,
  documents: readonly LabelledDocument[],
  classFor: (document: LabelledDocument) => DocumentClass,
): void {
  const counts = new Map<string, { right: number; given: number; labelled: number }>();
  const lines: string[] = [];
  const judged: Judged[] = [];
  const started = process.cpuUsage();
  for (const document of documents) {
    const found = {
      index: 1,
      documentClass: documentClass.name,
      classVersion: documentClass.version,
      confidence: 1,
      firstPage: 1,
      lastPage: document.pages.length,
    };
    const extracted = extractDocument(found, classFor(document), document.pages);
    const fields: Record<string, string> = {};
    for (const mapping of documentClass.evaluation?.fields ?? []) {
      const value = extracted.fields.find((field) => field.name === mapping.field);
      const label = document.labels[mapping.field] ?? null;
      const count = counts.get(mapping.field) ?? { right: 0, given: 0, labelled: 0 };
      counts.set(mapping.field, count);
      if (label !== null) count.labelled += 1;
      if (value === undefined) continue;
      fields[mapping.label] = value[mapping.predict];
      count.given += 1;
      const same =
        label !== null &&
        comparable(mapping.compare, value[mapping.predict]) === comparable(mapping.compare, label);
      if (same) count.right += 1;
      judged.push({ confidence: value.confidence, right: same });
    }
    lines.push(JSON.stringify({ id: document.id, fields }));
  }
  const used = process.cpuUsage(started);
  for (const [field, count] of counts) {
    const f1 = (2 * count.right) / Math.max(1, count.given + count.labelled);
    say(
      `${field.padEnd(18)} F1 ${f1.toFixed(3)}  right ${String(count.right)} of ${String(count.labelled)} labelled, ${String(count.given)} given`,
    );
  }
  const all = [...counts.values()].reduce((a, b) => ({
    right: a.right + b.right,
    given: a.given + b.given,
    labelled: a.labelled + b.labelled,
  }));
  say(
    `micro              F1 ${((2 * all.right) / Math.max(1, all.given + all.labelled)).toFixed(3)}   ${((used.user + used.system) / 1e3 / documents.length).toFixed(1)} ms CPU a document`,
  );
  say(calibrationLine(judged));
  if (args.out !== undefined) writeFileSync(args.out, `${lines.join('\n')}\n`);
}
