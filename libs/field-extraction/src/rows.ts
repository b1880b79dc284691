import type { DocumentClass, RowGroup } from '@docfleet/contracts';
import { findMoney, isInside, parseMoney, unionOf, type ExtractedRow, type Slices } from '@docfleet/domain';
import type { FoundRows } from './found-rows.ts';
import type { PageLayout } from './layout.ts';
import { textOf } from './row-columns.ts';
import { numberColumns, tableRows, totalReader, type TableRow } from './table-rows.ts';
import { multipliedRows, summedRows } from './unheaded-rows.ts';

/**
 * The rows of every group: those below a heading; where their amounts add up to nothing that is printed outside them, more
 * lines whose numbers multiply, or a longer list whose amounts add up, if these do.
 */
export function* findRows(documentClass: DocumentClass, pages: readonly PageLayout[]): Slices<FoundRows> {
  const rows: ExtractedRow[] = [];
  const seen: Record<string, number> = {};
  const addUp = new Set<string>();
  const isTotal = totalReader(documentClass);
  for (const group of documentClass.rows) {
    const headed = withoutSubRows(group, yield* tableRows({ group, isTotal }, pages));
    const multiplied = multipliedRows(group, pages);
    const others = [multiplied, summedRows(group, pages, isTotal)];
    const best = [headed, ...others.filter(({ length }) => length > headed.length)]
      .map((items) => ({ items, read: items.flatMap((row) => toRow(group, row) ?? []) }))
      .find(({ read }) => sumIsPrinted(group, read, pages));
    const items = best?.items ?? (headed.length > 0 ? headed : multiplied);
    rows.push(...(best?.read ?? items.flatMap((row) => toRow(group, row) ?? [])));
    seen[group.name] = items.length;
    if (best !== undefined) addUp.add(group.name);
  }
  return { rows, seen, addUp };
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
