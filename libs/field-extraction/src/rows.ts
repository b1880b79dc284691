import type { DocumentClass, RowGroup } from '@docfleet/contracts';
import {
  findMoney,
  findPhrase,
  parseMoney,
  unionOf,
  type ExtractedRow,
  type Slices,
  type Word,
} from '@docfleet/domain';
import { isCarriedSum } from './carried-sums.ts';
import type { PageLayout, Segment } from './layout.ts';
import { cellsOf, findHeader, multiplies, textOf, type Cells, type Header } from './row-columns.ts';
import { unheadedRows } from './unheaded-rows.ts';

/** Rows of a document's tables: those extracted, and the number of row-like lines by group. */
export interface FoundRows {
  readonly rows: readonly ExtractedRow[];
  readonly seen: Readonly<Record<string, number>>;
  /** Groups whose amounts add up to an amount that is printed outside the table. */
  readonly addUp: ReadonlySet<string>;
}

/** A line of a table with its cells, and the lines of text that belong to it. */
export interface TableRow {
  readonly page: number;
  readonly cells: Map<string, readonly Word[]>;
}

export function* findRows(documentClass: DocumentClass, pages: readonly PageLayout[]): Slices<FoundRows> {
  const rows: ExtractedRow[] = [];
  const seen: Record<string, number> = {};
  const addUp = new Set<string>();
  for (const group of documentClass.rows) {
    const found = yield* tableRows(group, pages);
    const all = found.length > 0 ? found : unheadedRows(group, pages);
    const items = withoutSubRows(group, all);
    const read = items.flatMap((row) => toRow(group, row) ?? []);
    rows.push(...read);
    seen[group.name] = items.length;
    if (sumIsPrinted(group, read, pages)) addUp.add(group.name);
  }
  return { rows, seen, addUp };
}

/**
 * The rows below a heading. A table goes on over page breaks, also without a repeated heading, and after a subtotal or a
 * sum carried forward; then only lines in its columns whose quantity times unit price is the amount are certainly rows.
 */
function* tableRows(group: RowGroup, pages: readonly PageLayout[]): Slices<readonly TableRow[]> {
  const rows: TableRow[] = [];
  let header: Header | undefined;
  let hasEnded = false;
  for (const layout of pages) {
    yield;
    const own = findHeader(group, layout);
    hasEnded = own === undefined && hasEnded;
    header = own ?? header;
    if (header === undefined) continue;
    let previous: readonly Segment[] | undefined;
    for (const row of layout.rows.slice(own === undefined ? 0 : own.lastRow + 1)) {
      if (row.some(({ search }) => isCarriedSum(search))) continue;
      if (endsTable(group, row)) {
        hasEnded = true;
        continue;
      }
      const cells = cellsOf(header, row);
      const needsProof = hasEnded || own === undefined;
      if (isRow(header, cells) && (!needsProof || isProven(group, header, { cells, like: rows, hasEnded }))) {
        rows.push({ page: layout.page, cells: new Map(cells) });
        previous = row;
      } else if (
        !hasEnded &&
        previous !== undefined &&
        continuesText(group, cells, { row, previous, layout })
      ) {
        const last = rows.at(-1);
        const name = group.columns.find(({ type }) => type === 'text')?.name ?? '';
        last?.cells.set(name, [...(last.cells.get(name) ?? []), ...row.flatMap(({ words }) => words)]);
        previous = row;
      } else previous = undefined;
    }
  }
  return rows;
}

function endsTable(group: RowGroup, row: readonly Segment[]): boolean {
  return row.some(({ search }) =>
    group.endsWith.some((phrase) => (findPhrase(search, phrase)?.start ?? Infinity) <= 2),
  );
}

function isRow(header: Header, cells: Cells): boolean {
  return cells.has(header.rowColumn) && cells.size >= 2;
}

/** Whether a line is surely a row: its numbers multiply, or, where no table has ended before it, it has the cells of the other rows. */
function isProven(
  group: RowGroup,
  header: Header,
  {
    cells,
    like,
    hasEnded,
  }: { readonly cells: Cells; readonly like: readonly TableRow[]; readonly hasEnded: boolean },
): boolean {
  const numbers = numberColumns(group).map((name) => textOf(cells.get(name)));
  if (numbers.length === 3 && multiplies(numbers)) return true;
  if (hasEnded) return false;
  const known = like.at(-1);
  if (known === undefined) return false;
  const right = (of: Cells): number => of.get(header.rowColumn)?.at(-1)?.box[2] ?? Number.NaN;
  const height = cells.get(header.rowColumn)?.[0]?.box ?? [0, 0, 0, 0];
  const isAligned = Math.abs(right(cells) - right(known.cells)) <= height[3] - height[1];
  return isAligned && [...known.cells.keys()].every((name) => cells.has(name));
}

function numberColumns(group: RowGroup): readonly string[] {
  return group.columns.filter(({ type }) => type !== 'text').map(({ name }) => name);
}

/** Lines of a table follow each other within this many line heights. */
const continuationGap = 1.2;

/** Whether a line has only text, directly below the line before and in the column of descriptions. */
function continuesText(
  group: RowGroup,
  cells: Cells,
  {
    row,
    previous,
    layout,
  }: { readonly row: readonly Segment[]; readonly previous: readonly Segment[]; readonly layout: PageLayout },
): boolean {
  const name = group.columns.find(({ type }) => type === 'text')?.name;
  const [only, ...others] = [...cells.keys()];
  const top = Math.min(...row.map(({ box }) => box[1]));
  const bottom = Math.max(...previous.map(({ box }) => box[3]));
  return (
    others.length === 0 &&
    only === name &&
    row.length === 1 &&
    top - bottom < continuationGap * layout.lineHeightPx
  );
}

/**
 * Rows without those that only explain another one, such as a discount of an item: they lack the number that most rows
 * have, a quantity or else a unit price.
 */
function withoutSubRows(group: RowGroup, rows: readonly TableRow[]): readonly TableRow[] {
  const [counted] = numberColumns(group);
  if (counted === undefined || numberColumns(group).length < 3) return rows;
  const whole = rows.filter(({ cells }) => cells.has(counted));
  return whole.length >= 2 && whole.length > rows.length / 2 ? whole : rows;
}

/** Whether the amounts of two or more rows, or those of one, add up to an amount outside the rows. */
function sumIsPrinted(group: RowGroup, rows: readonly ExtractedRow[], pages: readonly PageLayout[]): boolean {
  const column = group.columns.findLast(({ type }) => type === 'money')?.name;
  const amounts = rows.map((row) => Number(parseMoney(row.cells[column ?? ''] ?? '') ?? Number.NaN));
  const sum = Math.round(amounts.reduce((all, amount) => all + amount, 0) * 100);
  if (rows.length === 0 || Number.isNaN(sum)) return false;
  return pages.some(({ page, segments }) =>
    segments.some(
      (segment) =>
        !rows.some(({ provenance }) => provenance.page === page && isInside(segment, provenance.box)) &&
        findMoney(segment.text).some(({ amount }) => Math.round(Number(amount) * 100) === sum),
    ),
  );
}

function isInside({ box }: Segment, [left, top, right, bottom]: ExtractedRow['provenance']['box']): boolean {
  const x = (box[0] + box[2]) / 2;
  const y = (box[1] + box[3]) / 2;
  return x >= left && x <= right && y >= top && y <= bottom;
}

function toRow(group: RowGroup, { page, cells }: TableRow): ExtractedRow | undefined {
  const words = [...cells.values()].flat();
  const box = unionOf(words.map((word) => word.box));
  if (box === undefined) return undefined;
  return {
    group: group.name,
    cells: Object.fromEntries(
      group.columns.filter(({ name }) => cells.has(name)).map(({ name }) => [name, textOf(cells.get(name))]),
    ),
    provenance: { page, box, words: textOf(words) },
  };
}
