import { documentClasses, type DocumentClass } from '@docfleet/contracts';
import { runAtOnce } from '@docfleet/domain';
import { pageReading } from '@docfleet/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LearnedProposal } from '../learned/scorer.ts';
import { readDocument } from '../read-document.ts';

const receipt = documentClasses.find(({ name }) => name === 'receipt');
if (receipt === undefined) throw new Error('there is no class receipt');
const documentClass: DocumentClass = receipt;

function proposals(texts: readonly string[]): Record<string, readonly LearnedProposal[]> {
  const { learned } = runAtOnce(readDocument(documentClass, [pageReading(texts)]));
  return Object.fromEntries(
    [...learned].map(([field, found]) => [field, [...found].sort((a, b) => b.logOdds - a.logOdds)]),
  );
}

const till = [
  '        Melor Corner',
  '        KEDAI BUNGA MELOR SDN BHD',
  '               (784512-K)',
  '        NO. 12, JALAN MERANTI 3/4,',
  '         43300 SERI KEMBANGAN, SELANGOR',
  '            TEL: 03-8941 2277',
  '              TAX INVOICE',
  'INVOICE NO: CS0041              DATE: 14/03/2018',
  'ROSES            2      12.50      25.00',
  'VASE             1      18.90      18.90',
  'SUB TOTAL                          43.90',
  'ROUNDING ADJ                        0.00',
  'TOTAL                              43.90',
  'CASH                               50.00',
  'CHANGE                              6.10',
  'THANK YOU, PLEASE COME AGAIN',
];

describe('the line net of receipts', () => {
  it('proposes name, address, date and total of a receipt, each at its place', () => {
    const found = proposals(till);
    const first = Object.fromEntries(
      Object.entries(found).map(([field, [best]]) => [
        field,
        best === undefined ? null : [best.normalised, best.segment.row],
      ]),
    );
    expect(first).toEqual({
      company: ['KEDAI BUNGA MELOR SDN BHD', 1],
      address: ['NO. 12, JALAN MERANTI 3/4, 43300 SERI KEMBANGAN, SELANGOR', 3],
      date: ['2018-03-14', 7],
      total: ['43.90', 12],
    });
  });

  it('proposes nothing for a page without lines', () => {
    expect(proposals([])).toEqual({ company: [], address: [], date: [], total: [] });
  });

  it('shares out at most all of the probability among the values of a field', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(till, { minLength: 1 }), (texts) => {
        for (const found of Object.values(proposals(texts))) {
          const sum = found.reduce((total, { logOdds }) => total + 1 / (1 + Math.exp(-logOdds)), 0);
          expect(sum).toBeLessThan(1.001);
        }
      }),
      { numRuns: 30 },
    );
  });
});
