import type { ReviewedDocument } from '@docfleet/domain';
import type { ReviewChange, ReviewEdit } from './change.ts';
import { editDocuments } from './document-edits.ts';
import { isRefusal, type Refusal, type ReviewFacts } from './facts.ts';
import { editField } from './field-edits.ts';
import { editRow } from './row-edits.ts';
import {
  fieldOfSlot,
  holds,
  readSlot,
  slotOfRecord,
  writeSlot,
  type ChangeRecord,
  type Slot,
} from './slot.ts';

/** What changes were made to, and what they did. */
export interface AppliedChanges {
  readonly documents: readonly ReviewedDocument[];
  /** In the order in which they were made. */
  readonly records: readonly ChangeRecord[];
}

/** The change that does not fit, by its index. */
export interface RefusedChange extends Refusal {
  readonly at: number;
}

/**
 * Applies changes one after the other; all of them, or none.
 *
 * @param undoable the caller's changes that stand, oldest first, as many of the last as there are `undo` among the changes
 */
export function applyChanges(options: {
  readonly documents: readonly ReviewedDocument[];
  readonly changes: readonly ReviewChange[];
  readonly undoable: readonly ChangeRecord[];
  readonly facts: ReviewFacts;
}): AppliedChanges | RefusedChange {
  const { changes, facts } = options;
  let { documents } = options;
  const standing = [...options.undoable];
  const records: ChangeRecord[] = [];
  for (const [at, change] of changes.entries()) {
    const record = change.op === 'undo' ? undone(documents, standing.pop()) : made(documents, change, facts);
    if (isRefusal(record)) return { ...record, at };
    documents = writeSlot(documents, slotOfRecord(record), record);
    records.push(record);
    if (record.kind !== 'undo') standing.push(record);
  }
  return { documents, records };
}

function undone(
  documents: readonly ReviewedDocument[],
  last: ChangeRecord | undefined,
): ChangeRecord | Refusal {
  if (last === undefined) return { refusal: 'There is no change of yours to take back.' };
  if (!holds(documents, slotOfRecord(last), last.after)) {
    return { refusal: 'Your last change was changed again by somebody else, so it cannot be taken back.' };
  }
  const { document, field, before, after } = last;
  return { kind: 'undo', document, field, before: after, after: before };
}

function made(
  documents: readonly ReviewedDocument[],
  edit: ReviewEdit,
  facts: ReviewFacts,
): ChangeRecord | Refusal {
  const document = documents[edit.document - 1];
  if (document === undefined) {
    return {
      refusal: `There is no document ${String(edit.document)}; the file has ${String(documents.length)}.`,
    };
  }
  switch (edit.op) {
    case 'set':
    case 'confirm':
    case 'remove': {
      const after = editField(edit, document, facts);
      const slot: Slot = { kind: 'field', document: edit.document, field: edit.field };
      return isRefusal(after) ? after : recordOf(edit, slot, readSlot(documents, slot), after);
    }
    case 'addRow':
    case 'setRow':
    case 'removeRow': {
      const after = editRow(edit, document, facts);
      if (isRefusal(after)) return after;
      const slot: Slot = { kind: 'row', document: edit.document, row: after.id };
      return recordOf(edit, slot, readSlot(documents, slot), after);
    }
    case 'setClass':
    case 'split':
    case 'merge': {
      const result = editDocuments(edit, { document, next: documents[edit.document], facts });
      if (isRefusal(result)) return result;
      const { before } = result;
      const after = result.after.map((each, offset) => ({ ...each, index: edit.document + offset }));
      return recordOf(edit, { kind: 'documents', document: edit.document }, before, after);
    }
  }
}

function recordOf(
  { op, document }: ReviewEdit,
  slot: Slot,
  before: ChangeRecord['before'],
  after: ChangeRecord['after'],
): ChangeRecord {
  return { kind: op, document, field: fieldOfSlot(slot), before, after };
}
