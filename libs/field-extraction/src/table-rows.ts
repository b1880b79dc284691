import type { DocumentClass, RowGroup } from '@docfleet/contracts';
import { findPhrase, findWholePhrase, type Slices, type Word } from '@docfleet/domain';
import { isCarriedSum } from './carried-sums.ts';
import type { PageLayout, Segment } from './layout.ts';
import { cellsOf, findHeader, multiplies, textOf, type Cells, type Header } from './row-columns.ts';
import { letterCount } from './text-span.ts';

/** A row of a table with its cells, and the lines of text that belong to it. */
export interface TableRow {
  readonly page: number;
  readonly cells: Cells;
}

/**
 * The rows below a heading. A table goes on over page breaks, also without a repeated heading, and after a subtotal or a
 * sum carried forward; then only lines in its columns whose quantity times unit price is the amount are certainly rows.
 */
export function* tableRows(
  { group, isTotal }: { readonly group: RowGroup; readonly isTotal: TotalReader },
  pages: readonly PageLayout[],
): Slices<readonly TableRow[]> {
  const rows: TableRow[] = [];
  const texts: TextLine[] = [];
  let header: Header | undefined;
  let hasEnded = false;
  for (const layout of pages) {
    yield;
    const own = sameTable(header, findHeader(group, layout));
    hasEnded = own === undefined && hasEnded;
    header = own ?? header;
    if (header === undefined) continue;
    let previous = own === undefined ? undefined : layout.rows[own.lastRow];
    for (const row of layout.rows.slice(own === undefined ? 0 : own.lastRow + 1)) {
      if (row.some(({ search }) => isCarriedSum(search))) continue;
      if (endsTable(group, row) || isTotal(row)) {
        hasEnded = true;
        continue;
      }
      const cells = cellsOf(header, row);
      const needsProof = hasEnded || own === undefined;
      if (isRow(header, cells) && (!needsProof || isProven(group, header, { cells, like: rows, hasEnded }))) {
        rows.push({ page: layout.page, cells });
        previous = row;
      } else if (
        !hasEnded &&
        previous !== undefined &&
        continuesText(group, cells, { row, previous, layout })
      ) {
        texts.push({ rowsBefore: rows.length, words: row.flatMap(({ words }) => words) });
        previous = row;
      } else previous = undefined;
    }
  }
  return withTexts(group, rows, texts);
}

/** Part of the columns of a table that its heading on a further page has too; another table has fewer. */
const sharedColumns = 0.75;

/** The heading of a page, unless it is that of another table than the one before, such as a list of taxes. */
function sameTable(known: Header | undefined, own: Header | undefined): Header | undefined {
  if (known === undefined || own === undefined) return own;
  const names = ({ headings }: Header): readonly string[] =>
    headings.flatMap(({ column }) => (column === undefined ? [] : [column.name]));
  const wanted = names(known);
  const shared = wanted.filter((name) => names(own).includes(name)).length;
  return shared >= sharedColumns * wanted.length ? own : undefined;
}

/** A line of text within a table, directly below a row, another such line, or the heading. */
interface TextLine {
  readonly rowsBefore: number;
  readonly words: readonly Word[];
}

/**
 * Rows with the lines of text that belong to them: those below a row go on with its description. Where most rows have no
 * description in their own line, the lines above them are it.
 */
function withTexts(
  group: RowGroup,
  rows: readonly TableRow[],
  texts: readonly TextLine[],
): readonly TableRow[] {
  const name = descriptionOf(group);
  const isBelow = rows.filter(({ cells }) => !cells.has(name)).length > rows.length / 2;
  return rows.map((row, i) => {
    const own = texts.filter(({ rowsBefore }) => rowsBefore === (isBelow ? i : i + 1));
    const words = own.flatMap((line) => line.words);
    const text = isBelow
      ? [...words, ...(row.cells.get(name) ?? [])]
      : [...(row.cells.get(name) ?? []), ...words];
    return words.length === 0 ? row : { ...row, cells: new Map([...row.cells, [name, text]]) };
  });
}

function descriptionOf(group: RowGroup): string {
  return group.columns.find(({ type }) => type === 'text')?.name ?? '';
}

/** Whether a line is one of the totals and taxes that the class knows: a label of an amount at its start, and only numbers. */
export type TotalReader = (row: readonly Segment[]) => boolean;

/** Letters that a line of totals may have beside its label, such as those of a currency or of `of 100.00`. */
const otherLetters = 8;

export function totalReader({ fields }: DocumentClass): TotalReader {
  const phrases = fields
    .filter(({ type }) => type === 'money')
    .flatMap(({ labels, avoid }) => [...labels, ...avoid].map(({ phrase }) => phrase));
  return (row) => {
    const [first] = row;
    if (first === undefined) return false;
    const letters = row.reduce((sum, { text }) => sum + letterCount(text), 0);
    return phrases.some((phrase) => {
      const match = findWholePhrase(first.search, phrase);
      return match !== undefined && match.start <= 2 && letters - letterCount(phrase) <= otherLetters;
    });
  };
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

export function numberColumns(group: RowGroup): readonly string[] {
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
  const name = descriptionOf(group);
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
