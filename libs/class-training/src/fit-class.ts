import {
  calibrationKey,
  withoutCalibration,
  type DocumentClass,
  type FieldDefinition,
} from '@docfleet/contracts';
import { comparable, runAtOnce } from '@docfleet/domain';
import {
  candidatesOf,
  priorOf,
  readDocument,
  scopeOf,
  weightsOf,
  type Candidate,
} from '@docfleet/field-extraction';
import type { LabelledDocument } from './labelled-document.ts';
import { fit, type Example } from './logit.ts';

/** How much "none of them" counts where the label is not among the candidates. */
const unseenWeight = 0.3;

export interface FitOptions {
  /** Strength of the pull of every weight towards its prior, per example. */
  readonly l2: number;
  readonly steps: number;
  /** What weights start at and are pulled to: the usual ones of the type, or those that the class has. */
  readonly start: 'usual' | 'current';
  /** Fields that keep the weights that the class has; default: none. */
  readonly keep?: readonly string[];
}

/** A labelled document with its candidates. */
export interface PreparedDocument extends LabelledDocument {
  /** Candidates of each field, made with the right neighbour where one is wanted. */
  readonly examples: ReadonlyMap<string, Example>;
}

/** Finds the candidates of every labelled field and says which of them are right. */
export function prepareDocument(documentClass: DocumentClass, document: LabelledDocument): PreparedDocument {
  const read = runAtOnce(readDocument(documentClass, document.pages, document.scorers));
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
  return { ...document, examples };
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

/** The class with weights fitted on the documents, and not yet calibrated; fields without labels keep the weights they have. */
export function fitClass(
  documentClass: DocumentClass,
  documents: readonly PreparedDocument[],
  { l2, steps, start, keep = [] }: FitOptions,
): DocumentClass {
  const groupSizes = new Map<string, number>();
  for (const { group } of documents) groupSizes.set(group, (groupSizes.get(group) ?? 0) + 1);
  const fields = documentClass.fields.map((field) => {
    const examples = documents.flatMap((document) => {
      const example = document.examples.get(field.name);
      // Large groups count less than their size, so that a few merchants do not decide everything.
      const share = 1 / Math.sqrt(groupSizes.get(document.group) ?? 1);
      return example === undefined ? [] : [{ ...example, weight: example.weight * share }];
    });
    if (examples.length === 0 || keep.includes(field.name)) return field;
    const prior = start === 'current' ? weightsOf(field) : priorOf(field);
    return { ...field, weights: fit(examples, { l2, steps, prior }) };
  });
  return { ...withoutCalibration(documentClass), fields };
}

/** Content of `weights.v<version>.json`: weights by field, and the calibration that was fitted for them. */
export function weightsFile(fitted: DocumentClass): string {
  const weights = Object.fromEntries(
    fitted.fields.filter((field) => field.type !== 'count').map((field) => [field.name, field.weights]),
  );
  const { calibration } = fitted;
  const content = calibration === undefined ? weights : { ...weights, [calibrationKey]: calibration };
  // Lists of names stand in one line, as the formatter of the repository wants them.
  const text = JSON.stringify(content, null, 2).replace(
    /\[\n\s+("[^"]*"(?:,\n\s+"[^"]*")*)\n\s+\]/g,
    (_, names: string) => `[${names.replace(/\n\s+/g, ' ')}]`,
  );
  return `${text}\n`;
}

/** The fold of each group: largest groups first, each to the fold with the fewest documents. */
export function foldsOf(
  documents: readonly Pick<LabelledDocument, 'group'>[],
  folds: number,
): ReadonlyMap<string, number> {
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
