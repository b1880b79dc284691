import type { DocumentClass } from '@docfleet/contracts';
import { comparable } from '@docfleet/domain';
import { extractDocument } from '@docfleet/extraction';
import { calibrationLine, type Judged } from './calibration.ts';
import type { LabelledDocument } from './labelled-documents.ts';

interface FieldCount {
  readonly right: number;
  readonly given: number;
  readonly labelled: number;
}

/** What was read of labelled documents, and how much of it is right. */
export interface Prediction {
  /** One `{"id","fields"}` a document, as the scoring script reads them. */
  readonly lines: readonly string[];
  readonly counts: ReadonlyMap<string, FieldCount>;
  readonly judged: readonly Judged[];
  /** Processor time of a document, in milliseconds. */
  readonly cpuMs: number;
}

/** Extracts every document with the class that `classFor` gives. */
export function predict(
  documentClass: DocumentClass,
  documents: readonly LabelledDocument[],
  classFor: (document: LabelledDocument) => DocumentClass,
): Prediction {
  const counts = new Map<string, FieldCount>();
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
      classSource: 'submitted',
    } as const;
    const extracted = extractDocument(found, classFor(document), document.pages);
    const fields: Record<string, string> = {};
    for (const mapping of documentClass.evaluation?.fields ?? []) {
      const value = extracted.fields.find((field) => field.name === mapping.field);
      const label = document.labels[mapping.field] ?? null;
      const same =
        value !== undefined &&
        label !== null &&
        comparable(mapping.compare, value[mapping.predict]) === comparable(mapping.compare, label);
      const { right, given, labelled } = counts.get(mapping.field) ?? { right: 0, given: 0, labelled: 0 };
      counts.set(mapping.field, {
        right: right + Number(same),
        given: given + Number(value !== undefined),
        labelled: labelled + Number(label !== null),
      });
      if (value === undefined) continue;
      fields[mapping.label] = value[mapping.predict];
      judged.push({ confidence: value.confidence, right: same });
    }
    lines.push(JSON.stringify({ id: document.id, fields }));
  }
  const used = process.cpuUsage(started);
  return { lines, counts, judged, cpuMs: (used.user + used.system) / 1e3 / Math.max(1, documents.length) };
}

/** F1 of each field and of all together, and how good the confidences are. */
export function predictionTable({ counts, judged, cpuMs }: Prediction): string {
  const all = [...counts.values()].reduce(
    (a, b) => ({ right: a.right + b.right, given: a.given + b.given, labelled: a.labelled + b.labelled }),
    { right: 0, given: 0, labelled: 0 },
  );
  return [
    ...[...counts].map(
      ([field, count]) =>
        `${field.padEnd(18)} F1 ${f1(count)}  right ${count.right} of ${count.labelled} labelled, ${count.given} given`,
    ),
    `micro              F1 ${f1(all)}   ${cpuMs.toFixed(1)} ms CPU a document`,
    calibrationLine(judged),
  ].join('\n');
}

function f1({ right, given, labelled }: FieldCount): string {
  return ((2 * right) / Math.max(1, given + labelled)).toFixed(3);
}
