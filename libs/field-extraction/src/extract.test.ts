import { documentClasses } from '@docfleet/contracts';
import type { DocumentFields, FoundDocument, PageReading } from '@docfleet/domain';
import { pageReading } from '@docfleet/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractDocument, extractorVersion } from './extract.ts';

function extract(className: string, pages: readonly PageReading[]): DocumentFields {
  const documentClass = documentClasses.find(({ name }) => name === className);
  if (documentClass === undefined) throw new Error(`Unknown class ${className}.`);
  const found: FoundDocument = {
    index: 1,
    documentClass: className,
    classVersion: documentClass.version,
    confidence: 1,
    firstPage: 1,
    lastPage: pages.length,
    classSource: 'classified',
  };
  return extractDocument(found, documentClass, pages);
}

const values = ({ fields }: DocumentFields): Record<string, string> =>
  Object.fromEntries(fields.map(({ name, normalised }) => [name, normalised]));

const receipt = [
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
  '           THANK YOU, COME AGAIN',
];

describe('extractDocument', () => {
  it('extracts a receipt (D-06)', () => {
    expect(values(extract('receipt', [pageReading(receipt)]))).toEqual({
      company: 'KEDAI BUNGA MELOR SDN BHD',
      address: 'NO. 12, JALAN MERANTI 3/4, 43300 SERI KEMBANGAN, SELANGOR',
      date: '2018-03-14',
      total: '43.90',
    });
  });

  it('gives each value its position, words and source (D-11)', () => {
    const { fields } = extract('receipt', [pageReading(receipt)]);
    const total = fields.find(({ name }) => name === 'total');
    expect(total).toMatchObject({
      value: '43.90',
      type: 'money',
      provenance: { page: 1, words: '43.90' },
      source: extractorVersion,
    });
    expect(total?.confidence).toBeGreaterThan(0.8);
  });

  it('extracts an order for air time', () => {
    const order = [
      'Contract # 4455123      Changes as of: 3/1/2020',
      'Station: WABC           Flight: 3/9/20 - 3/15/20',
      'Agency: Riverside Media        Advertiser: Hale for Senate',
      'Product: POLITICAL      Total $: $4,250.00',
      'Buyer: J. Doe           Total Spots: 24',
      '1  5a-6a  Morning News     $350.00',
    ];
    expect(values(extract('ad-buy', [pageReading(order)]))).toMatchObject({
      contract_num: '4455123',
      flight_from: '2020-03-09',
      flight_to: '2020-03-15',
      gross_amount: '4250.00',
      advertiser: 'Hale for Senate',
    });
  });

  it('extracts the rows of an invoice and counts them', () => {
    const invoice = [
      'Rechnung Nr. R-2041 vom 05.03.2021',
      'Artikel                 Menge     Preis      Betrag',
      'Papier A4               20        9,90       198,00',
      'Stifte                  10        1,20        12,00',
      'Gesamtbetrag                                 210,00 EUR',
    ];
    const found = extract('invoice', [pageReading(invoice)]);
    expect(found.rows.map(({ cells }) => cells)).toEqual([
      { description: 'Papier A4', quantity: '20', unit_price: '9,90', amount: '198,00' },
      { description: 'Stifte', quantity: '10', unit_price: '1,20', amount: '12,00' },
    ]);
    expect(values(found)).toMatchObject({ line_items: '2', grand_total: '210.00', invoice_number: 'R-2041' });
  });

  it('returns nothing for a page without values', () => {
    for (const { name } of documentClasses) {
      expect(
        extract(name, [pageReading(['lorem ipsum dolor sit amet'])]).fields.filter(
          ({ type }) => type !== 'text',
        ),
      ).toEqual([]);
      expect(extract(name, [pageReading([])]).fields).toEqual([]);
    }
  });

  it('gives the same result for the same pages, whatever their content (D-11)', () => {
    const line = fc.stringMatching(/^[ -~€é]{0,60}$/);
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 25 }),
        fc.constantFrom(...documentClasses),
        (lines, { name }) => {
          const once = JSON.stringify(extract(name, [pageReading(lines)]));
          expect(JSON.stringify(extract(name, [pageReading(lines)]))).toBe(once);
        },
      ),
      { numRuns: 60 },
    );
  });
});
