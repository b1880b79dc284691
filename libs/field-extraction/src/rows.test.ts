import type { DocumentClass, RowGroup } from '@docfleet/contracts';
import { documentClasses } from '@docfleet/contracts';
import { runAtOnce } from '@docfleet/domain';
import { pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { layoutOf } from './layout.ts';
import { findRows } from './rows.ts';

function rowsOf(group: RowGroup, lines: readonly string[]) {
  const [base] = documentClasses;
  if (base === undefined) throw new Error('there are classes');
  const documentClass: DocumentClass = { ...base, rows: [group] };
  const { rows, seen } = runAtOnce(findRows(documentClass, [layoutOf(pageReading(lines))]));
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
        { article: 'Copy paper A4', unit: 'box', quantity: '20' },
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
