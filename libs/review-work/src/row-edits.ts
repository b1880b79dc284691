import type { DocumentClass } from '@docfleet/contracts';
import type { ReviewedDocument, ReviewedRow } from '@docfleet/domain';
import { isDeepStrictEqual } from 'node:util';
import type { ReviewEdit } from './change.ts';
import { classOf, isRefusal, placeOf, type Refusal, type ReviewFacts } from './facts.ts';

type RowEdit = Extract<ReviewEdit, { op: 'addRow' | 'setRow' | 'removeRow' }>;

/** Most rows of a document in review. */
const maxRows = 5_000;

/** The row after the change. */
export function editRow(
  edit: RowEdit,
  document: ReviewedDocument,
  facts: ReviewFacts,
): ReviewedRow | Refusal {
  const documentClass = classOf(document, facts);
  if (isRefusal(documentClass)) return documentClass;
  if (edit.op === 'addRow') return addedRow(edit, document, { documentClass, facts });
  const before = document.rows.find(({ id }) => id === edit.row);
  if (before === undefined) {
    return { refusal: `Document ${String(document.index)} has no row ${String(edit.row)}.` };
  }
  if (edit.op === 'removeRow') return { ...before, state: 'removed' };
  const problem = cellProblem(documentClass, before.group, edit.cells);
  if (problem !== undefined) return { refusal: problem };
  const cells = { ...before.cells, ...edit.cells };
  const { original } = before;
  if (original === null) return { ...before, cells, state: 'added' };
  return {
    ...before,
    cells,
    state: isDeepStrictEqual(cells, { ...original.cells }) ? 'confirmed' : 'changed',
  };
}

function addedRow(
  edit: Extract<RowEdit, { op: 'addRow' }>,
  document: ReviewedDocument,
  { documentClass, facts }: { readonly documentClass: DocumentClass; readonly facts: ReviewFacts },
): ReviewedRow | Refusal {
  const { group, cells } = edit;
  if (document.rows.length >= maxRows) {
    return {
      refusal: `Document ${String(document.index)} has ${String(maxRows)} rows, and no more are kept.`,
    };
  }
  const problem = cellProblem(documentClass, group, cells);
  if (problem !== undefined) return { refusal: problem };
  const provenance = placeOf(edit, { document, facts, before: undefined });
  if (isRefusal(provenance)) return provenance;
  const id = document.rows.reduce((highest, row) => Math.max(highest, row.id), 0) + 1;
  return { id, group, cells: { ...cells }, provenance, state: 'added', original: null };
}

function cellProblem(
  { rows, title }: DocumentClass,
  group: string,
  cells: Readonly<Record<string, string>>,
): string | undefined {
  const known = rows.find(({ name }) => name === group);
  if (known === undefined) return `The class ${title} has no table ${group}.`;
  const names = Object.keys(cells);
  if (names.length === 0) return 'A row needs a cell.';
  const unknown = names.find((name) => !known.columns.some((column) => column.name === name));
  return unknown === undefined ? undefined : `The table ${group} has no column ${unknown}.`;
}
