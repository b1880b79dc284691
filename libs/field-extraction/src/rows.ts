import type { DocumentClass, RowColumn, RowGroup } from '@docfleet/contracts';
import {
  findPhrase,
  findWholePhrase,
  unionOf,
  type Box,
  type ExtractedRow,
  type Slices,
} from '@docfleet/domain';
import { overlapX, wordsIn, type PageLayout, type Segment } from './layout.ts';

/** Rows of a document's tables: those extracted, and the number of row-like lines by group. */
export interface FoundRows {
  readonly rows: readonly ExtractedRow[];
  readonly seen: Readonly<Record<string, number>>;
}

/** A column's label with its position. */
interface Heading {
  readonly column: RowColumn;
  readonly box: Box;
  readonly row: number;
}

interface Header {
  readonly columns: readonly Heading[];
  readonly lastRow: number;
}

/** Columns that a heading must show, where the table has as many. */
const headingColumns = 3;

/** A table's heading may take this many rows. */
const headingRows = 4;

export function* findRows(documentClass: DocumentClass, pages: readonly PageLayout[]): Slices<FoundRows> {
  const rows: ExtractedRow[] = [];
  const seen: Record<string, number> = {};
  for (const group of documentClass.rows) {
    const found = yield* rowsOfGroup(group, pages);
    rows.push(...found.read);
    seen[group.name] = found.seen;
  }
  return { rows, seen };
}

function* rowsOfGroup(
  group: RowGroup,
  pages: readonly PageLayout[],
): Slices<{ read: readonly ExtractedRow[]; seen: number }> {
  const read: ExtractedRow[] = [];
  let seen = 0;
  for (const layout of pages) {
    yield;
    const header = findHeader(group, layout);
    if (header === undefined) continue;
    for (const row of layout.rows.slice(header.lastRow + 1)) {
      if (endsTable(group, row)) break;
      const cells = cellsOf(header, row);
      if (!cells.has(rowColumnOf(group, header)) || cells.size < 2) continue;
      seen += 1;
      const extracted = toRow(group, layout.page, cells);
      if (extracted !== undefined) read.push(extracted);
    }
  }
  return { read, seen };
}

/** The rows with the most column labels close together; a table with amounts shows a column of them. */
function findHeader(group: RowGroup, layout: PageLayout): Header | undefined {
  const hits = layout.rows.map((row) => row.flatMap((segment) => headingsIn(group, segment)));
  const wanted = Math.min(headingColumns, group.columns.length);
  const isPriced = group.columns.some(({ type }) => type === 'money');
  let best: Header | undefined;
  for (const [start, own] of hits.entries()) {
    if (own.length === 0) continue;
    const columns = hits.slice(start, start + headingRows).flatMap((row) => row);
    const distinct = columns.filter(
      (hit, i) => columns.findIndex((other) => other.column === hit.column) === i,
    );
    const lastRow = Math.max(...distinct.map(({ row }) => row));
    const hasMoney = distinct.some(({ column }) => column.type === 'money');
    const isHeading = distinct.length >= wanted && (hasMoney || !isPriced);
    if (isHeading && distinct.length > (best?.columns.length ?? 0)) {
      best = { columns: distinct, lastRow };
    }
  }
  return best;
}

/** The labels of columns in a segment; of two that overlap the longer one is kept. */
function headingsIn(group: RowGroup, segment: Segment): readonly Heading[] {
  if (segment.text.length > 60) return [];
  const found = group.columns
    .flatMap((column) =>
      column.labels.flatMap((label) => {
        const match = findWholePhrase(segment.search, label);
        return match === undefined ? [] : [{ column, ...match }];
      }),
    )
    .sort((a, b) => b.end - b.start - (a.end - a.start));
  const kept = found.filter(
    (one, i) =>
      !found
        .slice(0, i)
        .some((other) => other.column === one.column || (one.start < other.end && other.start < one.end)),
  );
  return kept.flatMap(({ column, start, end }) => {
    const box = unionOf(wordsIn(segment, start, end).map((word) => word.box));
    return box === undefined ? [] : [{ column, box, row: segment.row }];
  });
}

function endsTable(group: RowGroup, row: readonly Segment[]): boolean {
  return row.some(({ search }) =>
    group.endsWith.some((phrase) => (findPhrase(search, phrase)?.start ?? Infinity) <= 2),
  );
}

/**
 * The column that makes a line a row, of those that the heading has: the last one of amounts, in a table without any the
 * last one of numbers, else the first.
 */
function rowColumnOf(group: RowGroup, header: Header): string {
  const found = group.columns.filter((column) => header.columns.some((one) => one.column === column));
  const column =
    found.findLast(({ type }) => type === 'money') ??
    found.findLast(({ type }) => type === 'number') ??
    found[0];
  return column?.name ?? '';
}

/** Assigns each segment to the column whose heading is above it, or to the nearest one. */
function cellsOf(header: Header, row: readonly Segment[]): ReadonlyMap<string, readonly Segment[]> {
  const cells = new Map<string, Segment[]>();
  for (const segment of row) {
    const nearest = header.columns.reduce<{ name: string; fits: boolean; distance: number } | undefined>(
      (best, { column, box }) => {
        const distance = Math.min(Math.abs(box[2] - segment.box[2]), Math.abs(box[0] - segment.box[0]));
        const overlaps = overlapX(box, segment.box) > 0 ? 0 : 1e6;
        const fits = column.type === 'text' || /\d/.test(segment.text);
        const score = distance + overlaps + (fits ? 0 : 1e7);
        return best === undefined || score < best.distance
          ? { name: column.name, fits, distance: score }
          : best;
      },
      undefined,
    );
    if (nearest?.fits === true) cells.set(nearest.name, [...(cells.get(nearest.name) ?? []), segment]);
  }
  const money = header.columns.filter(({ column }) => column.type === 'money');
  for (const { column } of money) {
    const text =
      cells
        .get(column.name)
        ?.map((segment) => segment.text)
        .join(' ') ?? '';
    if (!/\d[.,]\d{2}/.test(text)) cells.delete(column.name);
  }
  return cells;
}

function toRow(
  group: RowGroup,
  page: number,
  cells: ReadonlyMap<string, readonly Segment[]>,
): ExtractedRow | undefined {
  const segments = [...cells.values()].flat();
  const boxes = segments.map((segment) => segment.box);
  const [first] = boxes;
  if (first === undefined) return undefined;
  const text = (name: string): string => (cells.get(name) ?? []).map((segment) => segment.text).join(' ');
  return {
    group: group.name,
    cells: Object.fromEntries(
      group.columns.filter(({ name }) => cells.has(name)).map(({ name }) => [name, text(name)]),
    ),
    provenance: {
      page,
      box: boxes.reduce(
        (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])],
        first,
      ),
      words: segments.map((segment) => segment.text).join(' '),
    },
  };
}
