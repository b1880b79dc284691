import type { FieldDefinition } from '@docfleet/contracts';
import { describe, expect, it } from 'vitest';
import { labelReader } from './labels.ts';

const field: FieldDefinition = {
  name: 'total',
  type: 'money',
  shape: 'line',
  description: 'What is to be paid.',
  required: true,
  pages: 'first',
  labels: [
    { phrase: 'total', weight: 1 },
    { phrase: 'grand total', weight: 2 },
    { phrase: 'total inclusive of gst', weight: 1.5 },
  ],
  avoid: [
    { phrase: 'sub total', weight: 1 },
    { phrase: 'gst', weight: 0.5 },
  ],
  pattern: null,
  monthBefore: null,
  choices: [],
  near: null,
  counts: null,
  weights: {},
};

describe('labelReader', () => {
  const reader = labelReader(field);

  it('gives the weight of the strongest label', () => {
    expect(reader.score('GRAND TOTAL:')).toEqual({ pos: 2, neg: 0 });
  });

  it('prefers a longer phrase to a shorter one within it', () => {
    expect(reader.score('SUB TOTAL')).toEqual({ pos: 0, neg: 1 });
    expect(reader.score('TOTAL INCLUSIVE OF GST')).toEqual({ pos: 1.5, neg: 0 });
  });

  it('weights a label less with its distance from the value', () => {
    const near = reader.score('TOTAL').pos;
    expect(reader.score('TOTAL for all of the items').pos).toBeLessThan(near / 2);
  });

  it('finds labels as whole words, and what speaks against them also at the beginning of longer ones', () => {
    expect([reader.score('TOTALS').pos, reader.score('SUBTOTALS').neg]).toEqual([0, 1]);
    const supplier = labelReader({ ...field, labels: [{ phrase: 'supplier', weight: 1 }], avoid: [] });
    expect([supplier.score('Office Supplies').pos, supplier.score('Supplier:').pos]).toEqual([0, 1]);
  });

  it('takes a word that begins a name for no label', () => {
    const supplier = labelReader({ ...field, labels: [{ phrase: 'supplier', weight: 1 }], avoid: [] });
    expect([supplier.labelsIn('Supplier Ltd'), supplier.labelsIn('Supplier: Acme Ltd')]).toMatchObject([
      [],
      [{}],
    ]);
  });

  it('says nothing where no label stands', () => {
    expect(reader.score('THANK YOU')).toEqual({ pos: 0, neg: 0 });
  });
});
