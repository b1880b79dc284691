import { documentClasses } from '@docfleet/contracts';
import type { Line, PageReading } from '@docfleet/domain';
import { pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { findDocuments } from './classify.ts';
import { partsOf } from './page-regions.ts';

const receipt = (shop: string, date: string, total: string): string[] => [
  shop,
  'RECEIPT',
  `Date: ${date}  14:35`,
  `ROSES             ${total}`,
  `TOTAL (RM)        ${total}`,
  'CASH              50.00',
  'CHANGE             1.00',
  'THANK YOU',
];

/** The lines moved to another place of the page. */
function moved(lines: readonly Line[], x: number, y: number): Line[] {
  const move = <T extends { readonly box: Line['box'] }>(part: T): T => ({
    ...part,
    box: [part.box[0] + x, part.box[1] + y, part.box[2] + x, part.box[3] + y],
  });
  return lines.map((line) => ({ ...move(line), words: line.words.map(move) }));
}

/** Blocks of lines at their places on one page, in reading order. */
function pageWith(...blocks: readonly { texts: readonly string[]; x?: number; y?: number }[]): PageReading {
  const lines = blocks.flatMap(({ texts, x = 0, y = 0 }) => moved(pageReading(texts).lines, x, y));
  return pageReading([], {
    engine: 'onnx',
    lines: lines.toSorted((a, b) => a.box[1] - b.box[1] || a.box[0] - b.box[0]),
  });
}

const found = (page: PageReading) =>
  findDocuments(partsOf(page, documentClasses), documentClasses).map(({ documentClass, region }) => [
    documentClass,
    region,
  ]);

const first = receipt('GREENFIELD MART SDN BHD', '12/03/2025', '58.60');
const second = receipt('SUNRISE CAFE ENTERPRISE', '14/03/2025', '12.70');
const third = receipt('KEDAI BUNGA SDN BHD', '15/03/2025', '25.00');

describe('several documents on one page (D-05)', () => {
  it('one receipt is one document', () => {
    expect(found(pageWith({ texts: first }))).toEqual([['receipt', null]]);
  });

  it('two receipts beside each other are two, each with its side of the page', () => {
    const [left, right] = found(pageWith({ texts: first }, { texts: second, x: 500, y: 20 }));
    expect([left, right]).toEqual([
      ['receipt', [0, 0, expect.any(Number), 1754]],
      ['receipt', [expect.any(Number), 0, 1240, 1754]],
    ]);
    expect(left?.[1]?.[2]).toBe(right?.[1]?.[0]);
  });

  it('three receipts beside each other are three', () => {
    const page = pageWith({ texts: first }, { texts: second, x: 380, y: 20 }, { texts: third, x: 760 });
    expect(found(page).map(([name]) => name)).toEqual(['receipt', 'receipt', 'receipt']);
  });

  it('two receipts of different days below each other are two', () => {
    const page = pageWith({ texts: first }, { texts: second, y: 700 });
    expect(found(page).map(([name]) => name)).toEqual(['receipt', 'receipt']);
  });

  it('two receipts of one day below each other are two', () => {
    const same = receipt('SUNRISE CAFE ENTERPRISE', '12/03/2025', '12.70').map((text) =>
      text.replace('50.00', '20.00').replace(' 1.00', ' 7.30'),
    );
    const page = pageWith({ texts: first }, { texts: same, y: 700 });
    expect(found(page).map(([name]) => name)).toEqual(['receipt', 'receipt']);
  });

  it('a receipt and the slip of its payment are one', () => {
    const slip = receipt('CARD PAYMENT', '12/03/2025', '58.60');
    expect(found(pageWith({ texts: first }, { texts: slip, y: 700 }))).toEqual([['receipt', null]]);
  });

  it('the columns of a receipt are no documents', () => {
    const words = first.map((text) => text.split(/\s{2,}/)[0] ?? '');
    const amounts = ['', '', '', '58.60', '58.60', '50.00', '1.00', ''];
    const page = pageWith({ texts: words }, { texts: amounts, x: 600 });
    expect(found(page)).toEqual([['receipt', null]]);
  });
});
