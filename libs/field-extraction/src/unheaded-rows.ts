import type { RowGroup } from '@docfleet/contracts';
import { findMoney, type Word } from '@docfleet/domain';
import type { PageLayout, Segment } from './layout.ts';
import { multiplies } from './row-columns.ts';
import type { TableRow } from './table-rows.ts';

/**
 * Rows of a table whose heading nobody knows: lines with a text, a quantity, a unit price and an amount that is their
 * product. Only for groups with exactly these numbers.
 */
export function unheadedRows(group: RowGroup, pages: readonly PageLayout[]): readonly TableRow[] {
  const text = group.columns.find(({ type }) => type === 'text')?.name;
  const numbers = group.columns.filter(({ type }) => type !== 'text');
  const [quantity, price, amount] = numbers.map(({ name }) => name);
  const isPriced = numbers.map(({ type }) => type).join() === 'number,money,money';
  if (
    !isPriced ||
    text === undefined ||
    quantity === undefined ||
    price === undefined ||
    amount === undefined
  )
    return [];
  return pages.flatMap((layout) =>
    layout.rows.flatMap((row): TableRow[] => {
      const found = productOf(row);
      const words = row
        .flatMap((segment) => segment.words)
        .filter(({ text: word }) => /\p{L}{2}/u.test(word));
      if (found === undefined || words.length === 0) return [];
      const [first, second, third] = found;
      const cells = new Map<string, readonly Word[]>([
        [text, words],
        [quantity, [first]],
        [price, [second]],
        [amount, [third]],
      ]);
      return [{ page: layout.page, cells }];
    }),
  );
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
