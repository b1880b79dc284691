import type { Box } from './reading.ts';

/** What a field's value is, and so how it is read, normalised and compared. */
export const fieldTypes = ['money', 'date', 'identifier', 'text', 'count', 'currency'] as const;
export type FieldType = (typeof fieldTypes)[number];

/** Where the class of a document comes from: its pages, or the submission. */
export const classSources = ['classified', 'submitted'] as const;
export type ClassSource = (typeof classSources)[number];

/** One document found in a file: a packet has several. Pages count from 1, both ends included. */
export interface FoundDocument {
  /** Position in the file, from 1. */
  readonly index: number;
  /** Name of a document class in `schemas/classes`; `other` where none fits. */
  readonly documentClass: string;
  readonly classVersion: number;
  /** 0 to 1; of a submitted class, how well the pages fit it. */
  readonly confidence: number;
  readonly firstPage: number;
  readonly lastPage: number;
  readonly classSource: ClassSource;
  /**
   * Left, top, right and bottom of the document on its page, in pixels of the page image, where other documents are on that
   * page too; absent or null where its pages are its own.
   */
  readonly region?: readonly number[] | null;
}

/** Where on a page a value was read. */
export interface Provenance {
  readonly page: number;
  readonly box: Box;
  /** The words as read, joined by spaces. */
  readonly words: string;
}

/** A field's value with its confidence and provenance. */
export interface FieldValue {
  readonly name: string;
  readonly type: FieldType;
  /** As printed. */
  readonly value: string;
  /** Dates `yyyy-mm-dd`, money with two decimals and a point, currency as ISO 4217, others trimmed. */
  readonly normalised: string;
  /** 0 to 1; not yet calibrated unless the class file says so. */
  readonly confidence: number;
  readonly provenance: Provenance;
  /** What found it, with its version, as `candidates@1`. */
  readonly source: string;
}

/** A row of a repeated group, such as an invoice line. */
export interface ExtractedRow {
  readonly group: string;
  readonly cells: Readonly<Record<string, string>>;
  readonly provenance: Provenance;
}

/** Fields of one found document: `fields.json` holds an array of these. */
export interface DocumentFields extends Omit<FoundDocument, 'classSource'> {
  /** Absent in files of releases that classified every document. */
  readonly classSource?: ClassSource;
  readonly fields: readonly FieldValue[];
  readonly rows: readonly ExtractedRow[];
  /** Row-like lines seen, also those that could not be read as a row. */
  readonly rowsSeen: number;
}

export const verdicts = ['approve', 'review', 'reject'] as const;
export type Verdict = (typeof verdicts)[number];

/** Something found in validation: which rule, about which fields, in words for a person. */
export interface Finding {
  readonly code: string;
  readonly severity: 'info' | 'review' | 'reject';
  readonly fields: readonly string[];
  readonly message: string;
}

/** How much of a document was answered (D-07). */
export interface Coverage {
  readonly fieldsExpected: number;
  readonly fieldsAnswered: number;
  readonly rowsSeen: number;
  readonly rowsExtracted: number;
  readonly pages: number;
  readonly pagesRead: number;
}

/** Judgement over one found document. */
export interface DocumentVerdict {
  readonly index: number;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly coverage: Coverage;
  /** What was seen or expected and not extracted, as text; empty means nothing is missing. */
  readonly gaps: readonly string[];
}

/** `verdict.json`: the judgement over the whole run. */
export interface RunVerdict {
  readonly verdict: Verdict;
  readonly documents: readonly DocumentVerdict[];
}
