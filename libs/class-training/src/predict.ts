import type { DocumentClass, EvaluationMapping } from '@docfleet/contracts';
import { comparable, runAtOnce, type Approval, type FieldValue } from '@docfleet/domain';
import { calibrated, decideFields, type DoubtedDocument } from '@docfleet/field-extraction';
import type { Judged } from './calibration.ts';
import type { LabelledDocument } from './labelled-document.ts';

/** How a field was read: labels, values given, and how many of them are right. */
export interface FieldScore {
  readonly field: string;
  readonly right: number;
  readonly given: number;
  readonly labelled: number;
}

/** A value of a field with a label. */
export interface JudgedValue extends Judged {
  readonly field: string;
}

/** What was read of one labelled document, whatever read it. */
export interface ScoredDocument {
  readonly id: string;
  readonly group: string;
  /** Of the fields that have a label, and of those that somebody said are not there. */
  readonly scores: readonly FieldScore[];
  /** By key of the labels, as the scoring script reads them. */
  readonly values: Readonly<Record<string, string>>;
  /** The values given of fields that have a readable label. Where there is none, nobody knows whether a value is right. */
  readonly judged: readonly Judged[];
}

/** What the extraction read of one labelled document, and what it was read from. */
export interface PredictedDocument extends ScoredDocument {
  readonly judged: readonly JudgedValue[];
  /** Fields that have a label and were not found. */
  readonly missed: readonly string[];
  /** What was decided before calibration. */
  readonly doubted: DoubtedDocument;
  /** Undefined where the class has no calibration. */
  readonly approval: Approval | undefined;
}

/** What was read of labelled documents, and how much of it is right. */
export interface Prediction {
  readonly documents: readonly PredictedDocument[];
  /** Processor time of a document, in milliseconds. */
  readonly cpuMs: number;
}

/**
 * Extracts every document with the class that `classFor` gives. A field without an entry in the labels of a document is not
 * scored: nobody said what it is.
 */
export function predict(
  documentClass: DocumentClass,
  documents: readonly LabelledDocument[],
  classFor: (document: LabelledDocument) => DocumentClass,
): Prediction {
  const started = process.cpuUsage();
  const read = documents.map((document) => predictOne(documentClass, document, classFor(document)));
  const used = process.cpuUsage(started);
  return { documents: read, cpuMs: (used.user + used.system) / 1e3 / Math.max(1, documents.length) };
}

function predictOne(
  documentClass: DocumentClass,
  { id, group, pages, labels, scorers }: LabelledDocument,
  used: DocumentClass,
): PredictedDocument {
  const doubted = runAtOnce(decideFields(used, pages, scorers));
  const { fields, approval } =
    used.calibration === undefined
      ? { fields: doubted.values.map(({ value }) => value), approval: undefined }
      : calibrated(used.calibration, doubted);
  return {
    ...scoredDocument(documentClass, { id, group, labels }, fields),
    judged: judgedValues(documentClass, labels, fields),
    missed: fieldsOf(documentClass)
      .filter(({ field }) => (labels[field] ?? null) !== null && !fields.some(({ name }) => name === field))
      .map(({ field }) => field),
    doubted,
    approval,
  };
}

type GivenValue = Pick<FieldValue, 'name' | 'value' | 'normalised' | 'confidence'>;

/** Scores values that something has read of a labelled document. */
export function scoredDocument(
  documentClass: DocumentClass,
  { id, group, labels }: Pick<LabelledDocument, 'id' | 'group' | 'labels'>,
  given: readonly GivenValue[],
): ScoredDocument {
  const values: Record<string, string> = {};
  const scores = fieldsOf(documentClass).flatMap((mapping): FieldScore[] => {
    const value = given.find(({ name }) => name === mapping.field);
    if (value !== undefined) values[mapping.label] = value[mapping.predict];
    const label = labels[mapping.field];
    if (label === undefined) return [];
    return [
      {
        field: mapping.field,
        right: Number(value !== undefined && isRight(mapping, value, label)),
        given: Number(value !== undefined),
        labelled: Number(label !== null),
      },
    ];
  });
  return { id, group, scores, values, judged: judgedValues(documentClass, labels, given) };
}

function judgedValues(
  documentClass: DocumentClass,
  labels: LabelledDocument['labels'],
  given: readonly GivenValue[],
): readonly JudgedValue[] {
  return fieldsOf(documentClass).flatMap((mapping) => {
    const value = given.find(({ name }) => name === mapping.field);
    const label = labels[mapping.field] ?? null;
    if (value === undefined || label === null || !isReadable(mapping, label)) return [];
    return [{ field: mapping.field, confidence: value.confidence, right: isRight(mapping, value, label) }];
  });
}

type Mapping = EvaluationMapping['fields'][number];

function fieldsOf({ evaluation }: DocumentClass): readonly Mapping[] {
  return evaluation?.fields ?? [];
}

/** A label such as `03/05/2` is a slip of the pen: it says nothing about whether a date is right. */
function isReadable({ compare }: Mapping, label: string): boolean {
  switch (compare) {
    case 'amount':
      return /^-?\d+\.\d\d$/.test(comparable(compare, label));
    case 'date':
    case 'mdate':
      return /^\d{4}-\d\d-\d\d$/.test(comparable(compare, label));
    case 'text':
    case 'ident':
    case 'int':
      return true;
  }
}

function isRight({ compare, predict: form }: Mapping, value: GivenValue, label: string | null): boolean {
  return label !== null && comparable(compare, value[form]) === comparable(compare, label);
}

/** The scores of each field over all documents, in the order in which they come, and of all fields together. */
export function scoreOf({ documents }: { readonly documents: readonly Pick<ScoredDocument, 'scores'>[] }): {
  readonly scores: readonly FieldScore[];
  readonly micro: FieldScore;
} {
  const byField = new Map<string, FieldScore>();
  const all = documents.flatMap(({ scores }) => scores);
  for (const score of all)
    byField.set(score.field, plus(byField.get(score.field) ?? none(score.field), score));
  return { scores: [...byField.values()], micro: all.reduce(plus, none('micro')) };
}

function none(field: string): FieldScore {
  return { field, right: 0, given: 0, labelled: 0 };
}

function plus(a: FieldScore, b: FieldScore): FieldScore {
  return {
    field: a.field,
    right: a.right + b.right,
    given: a.given + b.given,
    labelled: a.labelled + b.labelled,
  };
}

/** Harmonic mean of precision and recall; 0 where nothing is labelled and nothing given. */
export function f1Of({ right, given, labelled }: FieldScore): number {
  return (2 * right) / Math.max(1, given + labelled);
}

/** F1 of each field and of all together. */
export function predictionTable(prediction: Prediction): string {
  const { scores, micro } = scoreOf(prediction);
  return [
    ...scores.map(
      (score) =>
        `${score.field.padEnd(18)} F1 ${f1Of(score).toFixed(3)}  right ${score.right} of ${score.labelled} labelled, ${score.given} given`,
    ),
    `micro              F1 ${f1Of(micro).toFixed(3)}   ${prediction.cpuMs.toFixed(1)} ms CPU a document`,
  ].join('\n');
}
