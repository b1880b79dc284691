import { documentClasses, type DocumentClass } from '@docfleet/contracts';
import { pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { fitClass, prepareDocument } from './fit-class.ts';
import type { LabelledDocument } from './labelled-document.ts';
import { f1Of, predict, scoreOf } from './predict.ts';

const [receipt = noClass()] = documentClasses.filter(({ name }) => name === 'receipt');

const pages = [
  pageReading([
    'CORNER SHOP',
    'Date 01/02/2018',
    'Bread 4.00',
    'Tea 5.00',
    'TOTAL 9.00',
    'CASH 10.00',
    'CHANGE 1.00',
  ]),
];
const document = (labels: LabelledDocument['labels']): LabelledDocument => ({
  id: 'a',
  group: 'a',
  pages,
  labels,
});
const scoresOf = (labels: LabelledDocument['labels']) =>
  scoreOf(predict(receipt, [document(labels)], () => receipt));

function noClass(): never {
  throw new Error('there is no class of receipts');
}

describe('predict', () => {
  it('counts right and wrong values, and one that should not be there', () => {
    expect(scoresOf({ total: '9.00', date: '02/02/2018' }).scores).toEqual([
      { field: 'date', right: 0, given: 1, labelled: 1 },
      { field: 'total', right: 1, given: 1, labelled: 1 },
    ]);
    expect(scoresOf({ total: null }).micro).toMatchObject({ right: 0, given: 1, labelled: 0 });
  });

  it('says nothing about the confidence of a value whose label is no value of its kind (D-09)', () => {
    const judged = (date: string) =>
      predict(receipt, [document({ date })], () => receipt).documents[0]?.judged.map(({ right }) => right);
    expect([judged('01/02/2018'), judged('02/02/2018'), judged('01/02/2')]).toEqual([[true], [false], []]);
  });

  it('scores no field that nobody said anything about', () => {
    expect(scoresOf({ total: '9.00' }).scores.map(({ field }) => field)).toEqual(['total']);
    expect(f1Of(scoresOf({}).micro)).toBe(0);
  });
});

describe('fitClass', () => {
  const fitted = (labels: LabelledDocument['labels'], start: 'usual' | 'current') =>
    fitClass(receipt, [prepareDocument(receipt, document(labels))], { l2: 1_000, steps: 20, start });
  const weightOf = (documentClass: DocumentClass, field: string) =>
    documentClass.fields.find(({ name }) => name === field)?.weights;

  it('leaves the weights of a field alone that is to keep them', () => {
    const prepared = [prepareDocument(receipt, document({ total: '9.00', date: '01/02/2018' }))];
    const kept = fitClass(receipt, prepared, { l2: 0.01, steps: 20, start: 'usual', keep: ['date'] });
    expect(weightOf(kept, 'date')).toEqual(weightOf(receipt, 'date'));
    expect(weightOf(kept, 'total')).not.toEqual(weightOf(receipt, 'total'));
  });

  it('leaves the weights of fields alone that have no label', () => {
    expect(weightOf(fitted({ total: '9.00' }, 'usual'), 'date')).toBe(weightOf(receipt, 'date'));
    expect(weightOf(fitted({ total: null }, 'usual'), 'total')).toBe(weightOf(receipt, 'total'));
  });

  it('stays near the weights of the class, or near the usual ones, as it is told', () => {
    const own = weightOf(receipt, 'total') ?? {};
    const near = (documentClass: DocumentClass): number =>
      Object.entries(weightOf(documentClass, 'total') ?? {}).reduce(
        (most, [name, value]) => Math.max(most, Math.abs(value - (own[name] ?? 0))),
        0,
      );
    expect(near(fitted({ total: '9.00' }, 'current'))).toBeLessThan(0.5);
    expect(near(fitted({ total: '9.00' }, 'usual'))).toBeGreaterThan(0.5);
  });
});
