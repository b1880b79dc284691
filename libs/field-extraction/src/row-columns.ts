import type { RowColumn, RowGroup } from '@docfleet/contracts';
import { findMoney, findWholePhrase, unionOf, type Box, type Word } from '@docfleet/domain';
import { overlapX, wordsIn, type PageLayout, type Segment } from './layout.ts';

/** A column's label with its position; `column` is undefined for a heading that the class does not know. */
interface Heading {
  readonly column: RowColumn | undefined;
  readonly box: Box;
  readonly row: number;
}

/** The heading of a table. */
export interface Header {
  readonly headings: readonly Heading[];
  readonly lastRow: number;
  /** Name of the column that makes a line a row. */
  readonly rowColumn: string;
}

/** The words of a line by column. */
export type Cells = ReadonlyMap<string, readonly Word[]>;

/** Columns that a heading must show, where the table has as many. */
const headingColumns = 3;

/** A table's heading may take this many rows, and this many line heights from its first to its last. */
const headingRows = 4;
const headingHeights = 4.5;

/** The rows with the most column labels close together; a table with amounts shows a column of them. */
export function findHeader(group: RowGroup, layout: PageLayout): Header | undefined {
  // What stands beside an amount is a row: `19 % VAT` heads no column.
  const hits = layout.rows.map((row) =>
    row.some(({ text }) => /\d[.,]\d{2}/.test(text))
      ? []
      : row.flatMap((segment) => headingsIn(group, segment)),
  );
  const wanted = Math.min(headingColumns, group.columns.length);
  const isPriced = group.columns.some(({ type }) => type === 'money');
  let best: { found: readonly Heading[]; start: number } | undefined;
  for (const [start, own] of hits.entries()) {
    if (own.length === 0) continue;
    const top = Math.min(...own.map(({ box }) => box[1]));
    const columns = hits
      .slice(start, start + headingRows)
      .flat()
      .filter(({ box }) => box[3] - top <= headingHeights * layout.lineHeightPx);
    const found = columns.filter((hit, i) => takenOf(group, columns, hit.column) === i);
    const hasMoney = found.some(({ column }) => column?.type === 'money');
    if (found.length >= wanted && (hasMoney || !isPriced) && found.length > (best?.found.length ?? 0)) {
      best = { found, start };
    }
  }
  return best === undefined ? undefined : headerOf(group, layout, best);
}

/** Which of several hits of a column is its heading: the first one, of the amounts the last one in its row. */
function takenOf(group: RowGroup, hits: readonly Heading[], column: RowColumn | undefined): number {
  const first = hits.findIndex((hit) => hit.column === column);
  if (column !== group.columns.findLast(({ type }) => type === 'money')) return first;
  return hits.findLastIndex((hit) => hit.column === column && hit.row === hits[first]?.row);
}

function headerOf(
  group: RowGroup,
  layout: PageLayout,
  { found, start }: { readonly found: readonly Heading[]; readonly start: number },
): Header {
  const lastRow = Math.max(...found.map(({ row }) => row));
  const unknown = layout.rows
    .slice(start, lastRow + 1)
    .flat()
    .filter(({ box }) => found.every((heading) => overlapX(heading.box, box) <= 0.1))
    .map((segment): Heading => ({ column: undefined, box: segment.box, row: segment.row }));
  const headings = withUnknownPrice(group, found, unknown);
  return { headings, lastRow, rowColumn: rowColumnOf(group, headings) };
}

/**
 * A table with amounts of which one column has a heading that the class does not know: the unit price is the unknown one
 * next to the amounts on the left, the amount the last one on the right.
 */
function withUnknownPrice(
  group: RowGroup,
  found: readonly Heading[],
  unknown: readonly Heading[],
): readonly Heading[] {
  const priced = group.columns.filter(({ type }) => type === 'money');
  const missing = priced.filter((column) => found.every((heading) => heading.column !== column));
  const [column] = missing;
  const other = found.find((heading) => heading.column !== column && heading.column?.type === 'money');
  if (column === undefined || other === undefined || missing.length !== 1) return [...found, ...unknown];
  const isLast = column === priced.at(-1);
  const beside = unknown.filter(({ box }) => (isLast ? box[0] > other.box[2] : box[2] < other.box[0]));
  const taken = beside.sort((a, b) => b.box[2] - a.box[2])[0];
  return taken === undefined
    ? [...found, ...unknown]
    : [...found, { ...taken, column }, ...unknown.filter((heading) => heading !== taken)];
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

/**
 * The column that makes a line a row, of those that the heading has: the last one of amounts, in a table without any the
 * last one of numbers, else the first.
 */
function rowColumnOf(group: RowGroup, found: readonly Heading[]): string {
  const columns = group.columns.filter((column) => found.some((one) => one.column === column));
  const column =
    columns.findLast(({ type }) => type === 'money') ??
    columns.findLast(({ type }) => type === 'number') ??
    columns[0];
  return column?.name ?? '';
}

/** The words of a line by the column whose heading is above them, or nearest; cells of amounts need two decimals. */
export function cellsOf(header: Header, row: readonly Segment[]): Cells {
  const cells = new Map<string, Word[]>();
  for (const piece of row.flatMap((segment) => piecesOf(header, segment))) {
    const heading = nearestHeading(header, piece);
    const name = heading?.column?.name;
    if (name !== undefined) cells.set(name, [...(cells.get(name) ?? []), ...piece.words]);
  }
  for (const { column } of header.headings) {
    if (column?.type !== 'money') continue;
    const text = textOf(cells.get(column.name));
    if (!/\d[.,]\d{2}|\d[.,]\s?[-–—]/.test(text) && !isWholeAmount(header, cells, column.name)) {
      cells.delete(column.name);
    }
  }
  return cells;
}

interface Piece {
  readonly words: readonly Word[];
  readonly box: Box;
  readonly text: string;
}

/** A segment that reaches over several headings is taken word by word. */
function piecesOf(header: Header, segment: Segment): readonly Piece[] {
  const over = header.headings.filter(({ box }) => overlapX(box, segment.box) > 0.2);
  const spreads =
    over.length > 1 &&
    segment.words.some(
      ({ text, box }) =>
        /\d/.test(text) &&
        over.some((heading) => heading.column?.type !== 'text' && overlapX(heading.box, box) > 0.3),
    );
  if (!spreads) return [{ words: segment.words, box: segment.box, text: segment.text }];
  return segment.words.map((word) => ({ words: [word], box: word.box, text: word.text }));
}

function nearestHeading(header: Header, piece: Piece): Heading | undefined {
  const scored = header.headings.map((heading) => {
    const { box, column } = heading;
    const distance = Math.min(Math.abs(box[2] - piece.box[2]), Math.abs(box[0] - piece.box[0]));
    const overlaps = overlapX(box, piece.box) > 0 ? 0 : 1e6;
    const fits = column === undefined || column.type === 'text' || /\d/.test(piece.text);
    return { heading, fits, score: distance + overlaps + (fits ? 0 : 1e7) };
  });
  const [first, ...rest] = scored;
  if (first === undefined) return undefined;
  const nearest = rest.reduce((best, one) => (one.score < best.score ? one : best), first);
  return nearest.fits ? nearest.heading : undefined;
}

/** Whole numbers are amounts where quantity times unit price is the amount. */
function isWholeAmount(header: Header, cells: Cells, name: string): boolean {
  const names = header.headings.flatMap(({ column }) =>
    column !== undefined && column.type !== 'text' ? [column.name] : [],
  );
  return names.length === 3 && names.includes(name) && multiplies(names.map((one) => textOf(cells.get(one))));
}

/** The text of a cell. */
export function textOf(words: readonly Word[] | undefined): string {
  return (words ?? []).map(({ text }) => text).join(' ');
}

/** Whether, of three numbers in any order, two multiplied are the third, to a cent a unit. */
export function multiplies(texts: readonly string[]): boolean {
  const numbers = texts.map((text) => Number(findMoney(text)[0]?.amount ?? Number.NaN));
  const [a = Number.NaN, b = Number.NaN, c = Number.NaN] = [...numbers].sort(
    (x, y) => Math.abs(x) - Math.abs(y),
  );
  return Math.abs(Math.abs(a * b) - Math.abs(c)) <= 0.005 * Math.max(1, Math.abs(a)) + 1e-9;
}
