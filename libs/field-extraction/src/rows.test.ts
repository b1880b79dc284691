import type { DocumentClass, RowGroup } from '@docfleet/contracts';
import { documentClasses } from '@docfleet/contracts';
import { runAtOnce } from '@docfleet/domain';
import { pageReading } from '@docfleet/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf } from './layout.ts';
import { findRows } from './rows.ts';

function rowsOf(group: RowGroup, ...pages: readonly (readonly string[])[]) {
  const [base] = documentClasses;
  if (base === undefined) throw new Error('there are classes');
  const documentClass: DocumentClass = { ...base, rows: [group] };
  const layouts = pages.map((lines, i) => layoutOf(pageReading(lines, { page: i + 1 })));
  const { rows, seen } = runAtOnce(findRows(documentClass, layouts));
  return { cells: rows.map((row) => row.cells), seen: seen[group.name] };
}

const columns = {
  article: { name: 'article', type: 'text', labels: ['article'] },
  unit: { name: 'unit', type: 'text', labels: ['unit'] },
  quantity: { name: 'quantity', type: 'number', labels: ['quantity'] },
  amount: { name: 'amount', type: 'money', labels: ['amount'] },
} as const;

describe('findRows', () => {
  it('counts the rows of a table without amounts by its last column of numbers', () => {
    const group = {
      name: 'lines',
      columns: [columns.article, columns.unit, columns.quantity],
      endsWith: ['received'],
    };
    const lines = [
      'Article                 Unit      Quantity',
      'Copy paper A4           box       20',
      'blue, on request',
      'Pens                    pack      3',
      'Received by',
      'Somebody                box       9',
    ];
    expect(rowsOf(group, lines)).toEqual({
      cells: [
        { article: 'Copy paper A4 blue, on request', unit: 'box', quantity: '20' },
        { article: 'Pens', unit: 'pack', quantity: '3' },
      ],
      seen: 2,
    });
  });

  it('reads a table of two columns', () => {
    const group = { name: 'lines', columns: [columns.article, columns.quantity], endsWith: [] };
    const lines = ['Article             Quantity', 'Copy paper A4       20'];
    expect(rowsOf(group, lines).cells).toEqual([{ article: 'Copy paper A4', quantity: '20' }]);
  });

  it('takes no line without an amount for a row of a table with amounts', () => {
    const group = {
      name: 'lines',
      columns: [columns.article, columns.quantity, columns.amount],
      endsWith: [],
    };
    const lines = [
      'Article             Quantity     Amount',
      'Copy paper A4       20           198.00',
      'Page                2',
    ];
    expect(rowsOf(group, lines).cells).toEqual([
      { article: 'Copy paper A4', quantity: '20', amount: '198.00' },
    ]);
  });

  it('does not take a longer word for a heading', () => {
    const group = { name: 'lines', columns: [columns.article, columns.quantity], endsWith: [] };
    expect(rowsOf(group, ['Articles we sold    Quantity', 'Copy paper A4       20']).cells).toEqual([]);
  });
});

const priced: RowGroup = {
  name: 'items',
  columns: [
    columns.article,
    columns.quantity,
    { name: 'price', type: 'money', labels: ['price'] },
    columns.amount,
  ],
  endsWith: ['total'],
};
const heading = 'Article           Quantity     Price        Amount';
const item = (name: string, quantity: string, price: string, amount: string) =>
  `${name.padEnd(18)}${quantity.padEnd(13)}${price.padEnd(13)}${amount}`;

function addsUp(...lines: readonly string[]): boolean {
  const [base] = documentClasses;
  if (base === undefined) throw new Error('there are classes');
  return runAtOnce(findRows({ ...base, rows: [priced] }, [layoutOf(pageReading(lines))])).addUp.has('items');
}

describe('tables with amounts', () => {
  const names = (...pages: readonly (readonly string[])[]) =>
    rowsOf(priced, ...pages).cells.map(({ article }) => article);

  it('go on over a page break without a repeated heading', () => {
    const first = [heading, item('Paper', '2', '1.50', '3.00'), item('Pens', '3', '2.00', '6.00')];
    const second = [item('Ink', '1', '9.00', '9.00'), 'Total                                          18.00'];
    expect(names(first, second)).toEqual(['Paper', 'Pens', 'Ink']);
  });

  it('go on behind a sum that is carried forward, which is no row', () => {
    const first = [
      heading,
      item('Paper', '2', '1.50', '3.00'),
      'Carried forward                            3.00',
    ];
    const second = [
      'Brought forward                            3.00',
      heading,
      item('Ink', '1', '9.00', '9.00'),
    ];
    expect(names(first, second)).toEqual(['Paper', 'Ink']);
  });

  it('are not those of another table on a further page', () => {
    const first = [heading, item('Paper', '2', '1.50', '3.00')];
    const taxes = ['Article           Amount       Price', 'Tax               0.57         3.00'];
    expect(names(first, taxes)).toEqual(['Paper']);
  });

  it('end at their totals: what follows is a row only where its numbers multiply', () => {
    const lines = [
      heading,
      item('Paper', '2', '1.50', '3.00'),
      'Total                                          3.00',
      item('Discount', '7', '1.00', '5.00'),
      item('Ink', '2', '4.50', '9.00'),
    ];
    expect(names(lines)).toEqual(['Paper', 'Ink']);
  });

  it('have no rows that only explain another one', () => {
    const lines = [
      heading,
      item('Paper', '2', '1.50', '3.00'),
      item('discount', '', '', '-0.10'),
      item('Pens', '3', '2.00', '6.00'),
    ];
    expect(names(lines)).toEqual(['Paper', 'Pens']);
  });

  it('take lines of text directly below a row into its description', () => {
    const reading = [heading, item('Paper', '2', '1.50', '3.00')];
    const below = pageReading(['white, A4']).lines.map((line) => {
      const box = [line.box[0], 175, line.box[2], 205] as const;
      return {
        ...line,
        box,
        words: line.words.map((word) => ({ ...word, box: [word.box[0], 175, word.box[2], 205] as const })),
      };
    });
    const [base] = documentClasses;
    if (base === undefined) throw new Error('there are classes');
    const page = pageReading(reading);
    const layout = layoutOf({ ...page, lines: [...page.lines, ...below] });
    const { rows } = runAtOnce(findRows({ ...base, rows: [priced] }, [layout]));
    expect(rows.map(({ cells }) => cells['article'])).toEqual(['Paper white, A4']);
  });

  it('may have the description of a row in the line above it', () => {
    const lines = [heading, 'Paper', item('', '2', '1.50', '3.00'), 'Pens', item('', '3', '2.00', '6.00')];
    expect(names(lines)).toEqual(['Paper', 'Pens']);
  });

  it('end at a total or tax that the class knows', () => {
    const invoice = documentClasses.find(({ name }) => name === 'invoice');
    if (invoice === undefined) throw new Error('There is no class invoice.');
    const lines = [
      'Omschrijving      Aantal       Prijs        Bedrag',
      item('Advies', '2', '50.00', '100.00'),
      item('BTW 21 %', '', '', '21.00'),
      item('Totaal te betalen', '', '', '121.00'),
    ];
    const { rows } = runAtOnce(findRows(invoice, [layoutOf(pageReading(lines))]));
    expect(rows.map(({ cells }) => cells['description'])).toEqual(['Advies']);
  });

  it('take an unknown heading beside the amounts for that of the price', () => {
    const lines = ['Article           Quantity     each         Amount', item('Paper', '2', '1.50', '3.00')];
    expect(rowsOf(priced, lines).cells).toEqual([
      { article: 'Paper', quantity: '2', price: '1.50', amount: '3.00' },
    ]);
  });

  it('are found without a known heading where quantity times price is the amount', () => {
    const lines = [
      'Was               Wieviel      Je           Zusammen',
      item('Paper', '2', '1.50', '3.00'),
      item('Offer 12', '5', '1.00', '7.00'),
    ];
    expect(rowsOf(priced, lines).cells).toEqual([
      { article: 'Paper', quantity: '2', price: '1.50', amount: '3.00' },
    ]);
  });

  it('may be lists without quantities, whose amounts add up to a later one', () => {
    const list = (text: string, amount: string) => `${text.padEnd(40)}${amount}`;
    const lines = [
      list('Liability', '80.00'),
      list('Collision', '140.00'),
      list('Legal protection', '30.00'),
      list('Contribution a quarter', '250.00'),
    ];
    expect(rowsOf(priced, lines).cells).toEqual([
      { article: 'Liability', amount: '80.00' },
      { article: 'Collision', amount: '140.00' },
      { article: 'Legal protection', amount: '30.00' },
    ]);
    expect(rowsOf(priced, lines.slice(1)).cells).toEqual([]);
  });

  it('may have whole amounts', () => {
    expect(rowsOf(priced, [heading, item('Paper', '30', '10', '300')]).cells).toEqual([
      { article: 'Paper', quantity: '30', price: '10', amount: '300' },
    ]);
  });

  it('add up where their sum is printed outside them', () => {
    const rows = [heading, item('Paper', '2', '1.50', '3.00'), item('Pens', '3', '2.00', '6.00')];
    expect([
      addsUp(...rows, 'Total                                          9.00'),
      addsUp(...rows, 'Total                                          9.10'),
    ]).toEqual([true, false]);
  });

  it('have as many rows as items, however many pages they take', () => {
    const pages = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(pages, (counts) => {
        const printed = counts.map((quantities, i) => [
          ...(i === 0 ? [heading] : []),
          ...quantities.map((quantity) =>
            item('Paper', String(quantity), '1.50', (quantity * 1.5).toFixed(2)),
          ),
        ]);
        expect(rowsOf(priced, ...printed).cells).toHaveLength(counts.flat().length);
      }),
      { numRuns: 50 },
    );
  });
});
