import type { DocumentClass, FieldDefinition } from '@docfleet/contracts';
import { runAtOnce, type FieldType, type PageReading } from '@docfleet/domain';
import { decide } from './decide.ts';
import { candidatesOf, scopeOf } from './extract.ts';
import { weightsOf } from './priors.ts';
import { readDocument, type ReadDocument } from './read-document.ts';

/** What a page by itself says of the document that it belongs to; absent where it says nothing sure. */
export interface PageMarks {
  /** Number of the document. */
  readonly number?: string;
  /** Day of the document, `yyyy-mm-dd`. */
  readonly date?: string;
  /** Amount of the document. */
  readonly total?: string;
}

/** A value with a lower probability, or without a label beside it, marks no page. */
const minConfidence = 0.6;
const minLabel = 0.9;

/** The number, date and total that stand on a page at their labels, read as those of a document of the class. */
export function pageMarks(documentClass: DocumentClass, page: PageReading): PageMarks {
  const document = runAtOnce(readDocument(documentClass, [page]));
  const read = (type: FieldType, last = false): string | undefined => {
    const fields = documentClass.fields.filter((field) => field.required && field.type === type);
    const field = last ? fields.at(-1) : fields[0];
    return field === undefined ? undefined : markOf(document, field);
  };
  const marks = { number: read('identifier'), date: read('date'), total: read('money', true) };
  return Object.fromEntries(Object.entries(marks).filter(([, value]) => value !== undefined));
}

function markOf(document: ReadDocument, field: FieldDefinition): string | undefined {
  const decision = decide(candidatesOf(scopeOf(document, field, undefined)), weightsOf(field));
  if (decision === undefined || decision.confidence < minConfidence) return undefined;
  const { features, normalised } = decision.candidate;
  const label = Math.max(features['label'] ?? 0, features['money:support'] ?? 0);
  return label < minLabel ? undefined : normalised;
}
