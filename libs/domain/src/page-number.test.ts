import { describe, expect, it } from 'vitest';
import { inPrintedOrder, printedPageNumber } from './page-number.ts';
import type { PageReading } from './reading.ts';

function page(number: number, printed: string): PageReading {
  const box = [100, 100, 400, 130] as const;
  const line = { text: printed, box, confidence: 1, words: [{ text: printed, box, confidence: 1 }] };
  const facts = { engine: 'text-layer', engineVersion: 'built@1', lines: [line] } as const;
  return { page: number, widthPx: 1240, heightPx: 1754, ...facts };
}

describe('printedPageNumber', () => {
  it.each([
    ['Page 2 of 4', { number: 2, of: 4 }],
    ['Page1 of 4', { number: 1, of: 4 }],
    ['Seite 1/1', { number: 1, of: 1 }],
    ['Pagina 2 di 3', { number: 2, of: 3 }],
    ['Page 3', { number: 3, of: null }],
    ['2 / 3', { number: 2, of: 3 }],
    ['Page 5 of 2', undefined],
    ['Homepage 4', undefined],
  ])('reads "%s"', (printed, wanted) => {
    expect(printedPageNumber(page(1, printed))).toEqual(wanted);
  });
});

describe('inPrintedOrder', () => {
  const order = (...printed: readonly string[]) =>
    inPrintedOrder(printed.map((text, i) => page(i + 1, text))).map((one) => one.page);

  it('is that of the printed numbers where every page has one', () => {
    expect(order('Page 2 of 3', 'Page 3 of 3', 'Page 1 of 3')).toEqual([3, 1, 2]);
  });

  it('is that of the file where a number is missing or there twice', () => {
    expect(order('Page 2 of 2', 'Thank you')).toEqual([1, 2]);
    expect(order('Page 2', 'Page 1', 'Page 1')).toEqual([1, 2, 3]);
    expect(order('Page 2 of 3', 'Page 3 of 3')).toEqual([1, 2]);
  });
});
