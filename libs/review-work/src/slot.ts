import type { ReviewedDocument, ReviewedField, ReviewedRow } from '@docfleet/domain';
import { isDeepStrictEqual } from 'node:util';
import type { ChangeKind } from './change.ts';

/** The place of a change: a field or a row of a document, or documents of the file from one index on. */
export type Slot =
  | { readonly kind: 'field'; readonly document: number; readonly field: string }
  | { readonly kind: 'row'; readonly document: number; readonly row: number }
  | { readonly kind: 'documents'; readonly document: number };

/** What stands in a place; null: nothing. */
export type SlotValue = ReviewedField | ReviewedRow | readonly ReviewedDocument[] | null;

/** What a change did: an entry of the history, from which it can be taken back. */
export interface ChangeRecord {
  readonly kind: ChangeKind;
  /** Index of the document, from 1, when the change was made. */
  readonly document: number;
  /** Name of the field, `rows/<id>` of a row, null of documents. */
  readonly field: string | null;
  readonly before: SlotValue;
  readonly after: SlotValue;
}

const rowPrefix = 'rows/';

/** The name of a place in the history. No field has a slash in its name. */
export function fieldOfSlot(slot: Slot): string | null {
  switch (slot.kind) {
    case 'field':
      return slot.field;
    case 'row':
      return `${rowPrefix}${String(slot.row)}`;
    case 'documents':
      return null;
  }
}

export function slotOfRecord({ document, field }: Pick<ChangeRecord, 'document' | 'field'>): Slot {
  if (field === null) return { kind: 'documents', document };
  if (!field.startsWith(rowPrefix)) return { kind: 'field', document, field };
  return { kind: 'row', document, row: Number(field.slice(rowPrefix.length)) };
}

/** Whether a place holds exactly this value. Findings are not compared: they follow from the values. */
export function holds(documents: readonly ReviewedDocument[], slot: Slot, value: SlotValue): boolean {
  const count = Array.isArray(value) ? value.length : 1;
  return isDeepStrictEqual(readSlot(documents, slot, count), value);
}

/** What a place holds; `count` documents of a place of documents. */
export function readSlot(documents: readonly ReviewedDocument[], slot: Slot, count = 1): SlotValue {
  const found = documents[slot.document - 1];
  switch (slot.kind) {
    case 'field':
      return found?.fields.find(({ name }) => name === slot.field) ?? null;
    case 'row':
      return found?.rows.find(({ id }) => id === slot.row) ?? null;
    case 'documents':
      return documents.slice(slot.document - 1, slot.document - 1 + count).map(bare);
  }
}

/** The documents with another value in a place. `before` is what it holds. */
export function writeSlot(
  documents: readonly ReviewedDocument[],
  slot: Slot,
  { before, after }: Pick<ChangeRecord, 'before' | 'after'>,
): readonly ReviewedDocument[] {
  switch (slot.kind) {
    case 'field':
      return ofDocument(documents, slot.document, (document) => ({
        ...document,
        fields: replaced(document.fields, (each) => each.name === slot.field, after as ReviewedField | null),
      }));
    case 'row':
      return ofDocument(documents, slot.document, (document) => ({
        ...document,
        rows: replaced(document.rows, (each) => each.id === slot.row, after as ReviewedRow | null),
      }));
    case 'documents': {
      const start = slot.document - 1;
      const removed = Array.isArray(before) ? before.length : 0;
      const added = after as readonly ReviewedDocument[];
      return documents
        .toSpliced(start, removed, ...added)
        .map((document, index) => ({ ...document, index: index + 1 }));
    }
  }
}

function ofDocument(
  documents: readonly ReviewedDocument[],
  index: number,
  change: (document: ReviewedDocument) => ReviewedDocument,
): readonly ReviewedDocument[] {
  return documents.map((document, at) => (at === index - 1 ? change(document) : document));
}

/** In its place, or at the end where there was none; without it for null. */
function replaced<T>(all: readonly T[], isIt: (each: T) => boolean, value: T | null): readonly T[] {
  if (value === null) return all.filter((each) => !isIt(each));
  return all.some(isIt) ? all.map((each) => (isIt(each) ? value : each)) : [...all, value];
}

/** A document without what follows from its values. */
export function bare(document: ReviewedDocument): ReviewedDocument {
  return { ...document, findings: [], gaps: [] };
}
