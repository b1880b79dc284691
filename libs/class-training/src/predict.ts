import type { DocumentClass } from '@docfleet/contracts';
import { comparable } from '@docfleet/domain';
import { extractDocument } from '@docfleet/field-extraction';
import { calibrationLine, type Judged } from './calibration.ts';
import type { LabelledDocument } from './labelled-document.ts';

/** How a field was read: labels, values given, and how many of them are right. */
export interface FieldScore {
  readonly field: string;
  readonly right: number;
  readonly given: number;
  readonly labelled: number;
}

/** What was read of one labelled document. */
export interface PredictedDocument {
  readonly id: string;
  readonly group: string;
  /** Of the fields that have a label, and of those that somebody said are not there. */
  readonly scores: readonly FieldScore[];
  /** By key of the labels, as the scoring script reads them. */
  readonly values: Readonly<Record<string, string>>;
  readonly judged: readonly Judged[];
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
  const found = {
    index: 1,
    documentClass: documentClass.name,
    classVersion: documentClass.version,
    confidence: 1,
    firstPage: pages[0]?.page ?? 1,
    lastPage: pages.at(-1)?.page ?? 1,
    classSource: 'submitted',
  } as const;
  const extracted = extractDocument(found, used, pages, scorers);
  const values: Record<string, string> = {};
  const judged: Judged[] = [];
  const scores = (documentClass.evaluation?.fields ?? []).flatMap((mapping): FieldScore[] => {
    const value = extracted.fields.find((field) => field.name === mapping.field);
    if (value !== undefined) values[mapping.label] = value[mapping.predict];
    const label = labels[mapping.field];
    if (label === undefined) return [];
    const isRight =
      value !== undefined &&
      label !== null &&
      comparable(mapping.compare, value[mapping.predict]) === comparable(mapping.compare, label);
    if (value !== undefined) judged.push({ confidence: value.confidence, right: isRight });
    return [
      {
        field: mapping.field,
        right: Number(isRight),
        given: Number(value !== undefined),
        labelled: Number(label !== null),
      },
    ];
  });
  return { id, group, scores, values, judged };
}

/** The scores of each field over all documents, in the order in which they come, and of all fields together. */
export function scoreOf({ documents }: Pick<Prediction, 'documents'>): {
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

/** F1 of each field and of all together, and how good the confidences are. */
export function predictionTable(prediction: Prediction): string {
  const { scores, micro } = scoreOf(prediction);
  return [
    ...scores.map(
      (score) =>
        `${score.field.padEnd(18)} F1 ${f1Of(score).toFixed(3)}  right ${score.right} of ${score.labelled} labelled, ${score.given} given`,
    ),
    `micro              F1 ${f1Of(micro).toFixed(3)}   ${prediction.cpuMs.toFixed(1)} ms CPU a document`,
    calibrationLine(prediction.documents.flatMap(({ judged }) => judged)),
  ].join('\n');
}
