import type { RowGroup } from '@docfleet/contracts';
import { findMoney, type Word } from '@docfleet/domain';
import { isCarriedSum } from './carried-sums.ts';
import type { PageLayout, Segment } from './layout.ts';
import { multiplies, type Cells } from './row-columns.ts';
import type { TableRow, TotalReader } from './table-rows.ts';

/** Names of the columns of a table with a description, a quantity, a unit price and an amount. */
interface PricedColumns {
  readonly text: string;
  readonly quantity: string;
  readonly price: string;
  readonly amount: string;
}

/** Only groups with exactly these numbers have rows that are found without a heading. */
function pricedColumns({ columns }: RowGroup): PricedColumns | undefined {
  const text = columns.find(({ type }) => type === 'text')?.name;
  const numbers = columns.filter(({ type }) => type !== 'text');
  const [quantity, price, amount] = numbers.map(({ name }) => name);
  const isPriced = numbers.map(({ type }) => type).join() === 'number,money,money';
  return isPriced &&
    text !== undefined &&
    quantity !== undefined &&
    price !== undefined &&
    amount !== undefined
    ? { text, quantity, price, amount }
    : undefined;
}

/**
 * Rows of a table whose heading nobody knows: lines with a text, a quantity, a unit price and an amount that is their
 * product.
 */
export function multipliedRows(group: RowGroup, pages: readonly PageLayout[]): readonly TableRow[] {
  const columns = pricedColumns(group);
  if (columns === undefined) return [];
  return pages.flatMap((layout) =>
    layout.rows.flatMap((row): TableRow[] => {
      const cells = productCells(columns, row);
      return cells === undefined ? [] : [{ page: layout.page, cells }];
    }),
  );
}

function productCells(columns: PricedColumns, row: readonly Segment[]): Cells | undefined {
  const found = productOf(row);
  const words = textWords(row);
  if (found === undefined || words.length === 0) return undefined;
  const [quantity, price, amount] = found;
  return new Map<string, readonly Word[]>([
    [columns.text, words],
    [columns.quantity, [quantity]],
    [columns.price, [price]],
    [columns.amount, [amount]],
  ]);
}

/** The last three numbers of a line, quantity, unit price and amount, where the third is the product of the other two. */
function productOf(row: readonly Segment[]): readonly [Word, Word, Word] | undefined {
  const numbers = row
    .flatMap((segment) => segment.words)
    .filter(({ text }) => /^[^\p{L}]*\d[^\p{L}]*$/u.test(text) && findMoney(text).length === 1);
  const [amount, price, quantity] = [...numbers].reverse();
  if (quantity === undefined || price === undefined || amount === undefined) return undefined;
  const hasDecimals = [price, amount].every(({ text }) => /[.,]\d{2}(?!\d)/.test(text));
  return hasDecimals && multiplies([quantity.text, price.text, amount.text])
    ? [quantity, price, amount]
    : undefined;
}

function textWords(row: readonly Segment[]): readonly Word[] {
  return row.flatMap((segment) => segment.words).filter(({ text }) => /\p{L}{2}/u.test(text));
}

/** Fewer lines may add up by chance: net and tax are two. */
const fewestSummed = 3;

interface PricedLine extends TableRow {
  readonly cents: number;
  readonly rightPx: number;
  readonly lineHeightPx: number;
}

/**
 * Rows of a list without quantities: at least three lines in a row, each with a text and an amount in one column, whose
 * amounts add up to an amount further down. The longest such run is it.
 */
export function summedRows(
  group: RowGroup,
  pages: readonly PageLayout[],
  isTotal: TotalReader,
): readonly TableRow[] {
  const columns = pricedColumns(group);
  if (columns === undefined) return [];
  const lines = pages.flatMap((layout) =>
    layout.rows.flatMap((row) => pricedLine(columns, { layout, row, isTotal }) ?? []),
  );
  let longest: readonly PricedLine[] = [];
  for (const start of lines.keys()) {
    const run = runFrom(lines, start);
    if (run.length > longest.length) longest = run;
  }
  return longest.length >= fewestSummed ? longest : [];
}

/** The longest run from a line on that adds up to a later amount; none where a total stands between its lines. */
function runFrom(
  lines: readonly (PricedLine & { readonly isTotal: boolean })[],
  start: number,
): readonly PricedLine[] {
  const [first] = lines.slice(start);
  let sum = 0;
  let end = start;
  for (const [i, line] of lines.slice(start).entries()) {
    if (first === undefined || line.isTotal || Math.abs(line.rightPx - first.rightPx) > line.lineHeightPx)
      break;
    // A line that is the sum of those before it is none of them.
    if (i > 1 && line.cents === sum) break;
    sum += line.cents;
    const isSum = lines.slice(start + i + 1).some(({ cents }) => cents === sum);
    if (isSum) end = start + i + 1;
  }
  return lines.slice(start, end);
}

function pricedLine(
  columns: PricedColumns,
  line: { readonly layout: PageLayout; readonly row: readonly Segment[]; readonly isTotal: TotalReader },
): (PricedLine & { readonly isTotal: boolean }) | undefined {
  const { layout, row, isTotal } = line;
  const last = row
    .at(-1)
    ?.words.filter(({ text }) => /\d[.,]\d{2}(?!\d)/.test(text))
    .at(-1);
  const amount = last === undefined ? undefined : findMoney(last.text)[0]?.amount;
  if (last === undefined || amount === undefined || textWords(row).length === 0) return undefined;
  return {
    page: layout.page,
    cells:
      productCells(columns, row) ??
      new Map<string, readonly Word[]>([
        [columns.text, textWords(row)],
        [columns.amount, [last]],
      ]),
    cents: Math.round(Number(amount) * 100),
    rightPx: last.box[2],
    lineHeightPx: layout.lineHeightPx,
    isTotal: isTotal(row) || row.some(({ search }) => isCarriedSum(search)),
  };
}
