import type { DocumentClass, RowColumn, RowGroup } from '@docfleet/contracts';
import { findPhrase, searchText, type ExtractedRow, type Slices } from '@docfleet/domain';
import { overlapX, type PageLayout, type Segment } from './layout.ts';

/** Rows of a document's tables: those read, and how many row-like lines were seen by group. */
export interface FoundRows {
  readonly rows: readonly ExtractedRow[];
  readonly seen: Readonly<Record<string, number>>;
}

interface Header {
  readonly columns: readonly { readonly column: RowColumn; readonly segment: Segment }[];
  readonly lastRow: number;
}

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
      const amounts = header.columns.filter(({ column }) => column.type === 'money');
      const isRow = amounts.some(({ column }) => cells.has(column.name)) && cells.size >= 2;
      if (!isRow) continue;
      seen += 1;
      const extracted = toRow(group, layout.page, cells);
      if (extracted !== undefined) read.push(extracted);
    }
  }
  return { read, seen };
}

/** The rows with the most column labels close together. */
function findHeader(group: RowGroup, layout: PageLayout): Header | undefined {
  const hits = layout.rows.map((row) =>
    row.flatMap((segment) => {
      if (segment.text.length > 60) return [];
      const search = searchText(segment.text);
      const column = group.columns.find(({ labels }) =>
        labels.some((label) => findPhrase(search, label) !== undefined),
      );
      return column === undefined ? [] : [{ column, segment }];
    }),
  );
  let best: Header | undefined;
  for (const [start, own] of hits.entries()) {
    if (own.length === 0) continue;
    const columns = hits.slice(start, start + headingRows).flatMap((row) => row);
    const distinct = columns.filter(
      (hit, i) => columns.findIndex((other) => other.column === hit.column) === i,
    );
    const lastRow = Math.max(...distinct.map(({ segment }) => segment.row));
    const hasMoney = distinct.some(({ column }) => column.type === 'money');
    if (distinct.length >= 3 && hasMoney && distinct.length > (best?.columns.length ?? 0)) {
      best = { columns: distinct, lastRow };
    }
  }
  return best;
}

function endsTable(group: RowGroup, row: readonly Segment[]): boolean {
  const [first] = row;
  if (first === undefined) return false;
  const search = searchText(first.text);
  return group.endsWith.some((phrase) => {
    const match = findPhrase(search, phrase);
    return match !== undefined && match.start <= 2;
  });
}

/** Each segment goes to the column whose heading it stands under, or to the nearest one. */
function cellsOf(header: Header, row: readonly Segment[]): ReadonlyMap<string, readonly Segment[]> {
  const cells = new Map<string, Segment[]>();
  for (const segment of row) {
    const nearest = header.columns.reduce<{ name: string; fits: boolean; distance: number } | undefined>(
      (best, { column, segment: heading }) => {
        const distance = Math.min(
          Math.abs(heading.box[2] - segment.box[2]),
          Math.abs(heading.box[0] - segment.box[0]),
        );
        const overlaps = overlapX(heading.box, segment.box) > 0 ? 0 : 1e6;
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
