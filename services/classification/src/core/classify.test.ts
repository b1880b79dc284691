import { documentClasses } from '@docfleet/contracts';
import type { FoundDocument } from '@docfleet/domain';
import { pageReading } from '@docfleet/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDocuments } from './classify.ts';
import { evidenceOf } from './page-evidence.ts';

const receipt = [
  'KEDAI BUNGA SDN BHD',
  'TAX INVOICE',
  'DATE: 14/03/2018     CASHIER: MEI',
  'ROSES      2    12.50    25.00',
  'TOTAL                    25.00',
  'CASH                     50.00',
  'CHANGE                   25.00',
  'GOODS SOLD ARE NOT RETURNABLE',
  'THANK YOU',
];
const invoice = (page: string): string[] => [
  `Musterlieferant GmbH                      Seite ${page}`,
  'Rechnungsnummer 471102',
  'Rechnungsdatum 05.03.2013     Kundennummer GE2020211',
  'Artikel     Menge    Preis     Betrag     MwSt',
  'Papier      20       9,90      198,00     19',
  'Nettobetrag 198,00   Umsatzsteuer 37,62   Gesamtbetrag 235,62',
  'IBAN DE08 7009 0100 1234 5678 90   BIC GENODEF1M04',
];
const letter = [
  '4 March 2021',
  'Subject: deferral of the loan',
  'Dear Sir or Madam,',
  'we have received your application and would like to ask you for the following papers',
  'so that we can go on with the review of your request within the coming four weeks',
  'Yours faithfully',
];

function found(pages: readonly (readonly string[])[], submitted?: string): readonly FoundDocument[] {
  const evidence = pages.map((lines, i) => evidenceOf(pageReading(lines, { page: i + 1 }), documentClasses));
  return findDocuments(
    evidence,
    documentClasses,
    documentClasses.find(({ name }) => name === submitted),
  );
}

const spans = (documents: readonly FoundDocument[]): string[] =>
  documents.map((one) => `${one.documentClass} ${String(one.firstPage)}-${String(one.lastPage)}`);

describe('findDocuments', () => {
  it('gives the class of a document with its confidence (D-05)', () => {
    const [only, ...rest] = found([receipt]);
    expect(rest).toEqual([]);
    expect(only).toMatchObject({
      index: 1,
      documentClass: 'receipt',
      classVersion: 1,
      firstPage: 1,
      lastPage: 1,
    });
    expect(only?.confidence).toBeGreaterThan(0.9);
  });

  it('splits a packet where the class changes (D-05)', () => {
    expect(spans(found([receipt, letter, invoice('1 von 1')]))).toEqual([
      'receipt 1-1',
      'letter 2-2',
      'invoice 3-3',
    ]);
  });

  it('splits several documents of one class by their page numbers (D-05)', () => {
    const pages = [invoice('1 von 2'), invoice('2 von 2'), invoice('1 von 1')];
    expect(spans(found(pages))).toEqual(['invoice 1-2', 'invoice 3-3']);
  });

  describe('of one class without page numbers', () => {
    const bill = (number: string, total: string, date = '05.03.2013'): string[] => [
      'Musterlieferant GmbH',
      `Rechnungsnummer ${number}`,
      `Rechnungsdatum ${date}     Kundennummer GE2020211`,
      'Rechnung',
      'Artikel     Menge    Preis     Betrag     MwSt',
      `Papier      20       9,90      ${total}     19`,
      `Gesamtbetrag ${total}`,
      'IBAN DE08 7009 0100 1234 5678 90   BIC GENODEF1M04',
    ];
    const goesOn = ['Musterlieferant GmbH', 'Übertrag 198,00', ...bill('RE-1', '119,00').slice(4)];

    it('begins where number, date and total are others, also under one letterhead (D-05)', () => {
      const pages = [bill('RE-1', '119,00'), bill('RE-2', '238,00'), bill('RE-3', '357,00', '06.03.2013')];
      expect(spans(found(pages))).toEqual(['invoice 1-1', 'invoice 2-2', 'invoice 3-3']);
    });

    it('goes on where the number is the same, or a sum is carried forward', () => {
      expect(spans(found([bill('RE-1', '119,00'), bill('RE-1', '238,00')]))).toEqual(['invoice 1-2']);
      expect(spans(found([bill('RE-1', '119,00'), goesOn]))).toEqual(['invoice 1-2']);
    });

    it('begins where another number contradicts the page numbers', () => {
      const second = ['Seite 2 von 2', ...bill('RE-2', '238,00')];
      expect(spans(found([['Seite 1 von 2', ...bill('RE-1', '119,00')], second]))).toEqual([
        'invoice 1-1',
        'invoice 2-2',
      ]);
    });

    it('is one document where its pages are out of order', () => {
      const first = ['Seite 1 von 2', ...bill('RE-1', '119,00')];
      const second = ['Seite 2 von 2', ...bill('RE-1', '119,00')];
      expect(spans(found([second, first]))).toEqual(['invoice 1-2']);
      // The end of one document and the whole of another: the number 2 comes again.
      const end = ['Seite 2 von 2', ...goesOn];
      expect(spans(found([end, first, second]))).toEqual(['invoice 1-1', 'invoice 2-3']);
    });
  });

  it('treats every receipt as a document of its own', () => {
    expect(spans(found([receipt, receipt, receipt]))).toEqual(['receipt 1-1', 'receipt 2-2', 'receipt 3-3']);
  });

  it('A-02: finds documents of a submitted class only, with how well they fit it', () => {
    const documents = found([invoice('1 von 2'), invoice('2 von 2'), letter, receipt], 'invoice');
    expect(spans(documents)).toEqual(['invoice 1-4']);
    expect(spans(found([receipt, letter, receipt], 'receipt'))).toEqual(['receipt 1-2', 'receipt 3-3']);
    const [fitting] = found([receipt], 'receipt');
    const [other] = found([receipt], 'letter');
    expect([fitting?.classSource, other?.classSource]).toEqual(['submitted', 'submitted']);
    expect(fitting?.confidence).toBeGreaterThan(0.9);
    expect(other?.confidence).toBeLessThan(0.1);
  });

  it('adds a page without evidence to the document before it', () => {
    expect(spans(found([invoice('1 von 2'), ['Anlage'], receipt]))).toEqual(['invoice 1-2', 'receipt 3-3']);
  });

  it('falls back to the class without cues when nothing fits', () => {
    const [only] = found([['lorem ipsum dolor', 'sit amet consetetur']]);
    expect(only?.documentClass).toBe('other');
    expect(only?.confidence).toBeLessThan(0.9);
  });

  it('assigns every page to exactly one document, whatever their content', () => {
    const line = fc.constantFrom(...receipt, ...invoice('1 von 2'), ...letter, 'Page 2 of 3', '');
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 8 }), { minLength: 1, maxLength: 8 }), (pages) => {
        const documents = found(pages);
        const covered = documents.flatMap((one) =>
          Array.from({ length: one.lastPage - one.firstPage + 1 }, (_, i) => one.firstPage + i),
        );
        expect(covered).toEqual(pages.map((_, i) => i + 1));
      }),
      { numRuns: 60 },
    );
  });
});
