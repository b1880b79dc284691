import { plainText } from './plain-text.ts';
import type { PageReading } from './reading.ts';

/** A page number printed on the page, such as `Page 2 of 4`. */
export interface PageNumber {
  readonly number: number;
  readonly of: number | null;
}

const pageWord =
  /(?<![A-Z])(?:PAGE|SEITE|PG|BLATT|PAGINA)\s*[:.]?\s*(\d{1,3})(?:\s*(?:OF|VON|SUR|DE|DI|VAN|\/|\|)\s*(\d{1,3}))?(?!\d)/;
const bareNumbers = /^\W*(\d{1,3})\s*(?:OF|VON|SUR|DI|VAN|\/)\s*(\d{1,3})\W*$/;

/** Finds the printed page number in the upper or lower sixth of the page. */
export function printedPageNumber(reading: PageReading): PageNumber | undefined {
  const margin = reading.heightPx / 6;
  const edges = reading.lines.filter(
    (line) => line.box[1] < margin || line.box[3] > reading.heightPx - margin,
  );
  for (const line of edges) {
    const text = plainText(line.text);
    const match = pageWord.exec(text) ?? bareNumbers.exec(text);
    if (match === null) continue;
    const number = Number(match[1]);
    const of = match[2] === undefined ? null : Number(match[2]);
    if (number >= 1 && (of === null || number <= of)) return { number, of };
  }
  return undefined;
}

/**
 * The pages of one document in the order of their printed numbers, where each has one and together they are all of them;
 * else in the order of the file.
 */
export function inPrintedOrder(pages: readonly PageReading[]): readonly PageReading[] {
  const numbered = pages.map((page) => ({ page, printed: printedPageNumber(page) }));
  const numbers = new Set(numbered.map(({ printed }) => printed?.number ?? 0));
  const isComplete =
    numbers.size === pages.length && pages.every((_, i) => numbers.has(i + 1)) && pages.length > 1;
  if (!isComplete) return pages;
  return numbered.sort((a, b) => (a.printed?.number ?? 0) - (b.printed?.number ?? 0)).map(({ page }) => page);
}
