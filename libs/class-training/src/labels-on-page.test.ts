import { documentClasses } from '@docfleet/contracts';
import type { PageReading } from '@docfleet/domain';
import { pageReading } from '@docfleet/testing';
import { expect, it } from 'vitest';
import type { LabelledDocument } from './labelled-document.ts';
import { judgedByPage } from './labels-on-page.ts';
import { predict, type PredictedDocument } from './predict.ts';

const [receipt = noClass()] = documentClasses.filter(({ name }) => name === 'receipt');
const page: PageReading = {
  ...pageReading(['CORNER SHOP SDN BHD', 'Date 01/02/2018', 'Bread 9.00', 'TOTAL 9.00', 'CASH 9.00']),
  engine: 'text-layer',
};

function noClass(): never {
  throw new Error('there is no class of receipts');
}

function judged(
  labels: LabelledDocument['labels'],
  pages: readonly PageReading[] = [page],
): Readonly<{ before: PredictedDocument; after: PredictedDocument }> {
  const [before = noDocument()] = predict(
    receipt,
    [{ id: 'a', group: 'a', pages, labels }],
    () => receipt,
  ).documents;
  return { before, after: judgedByPage(receipt, before, { pages, labels }) };
}

function noDocument(): never {
  throw new Error('nothing was read');
}

const rightOf = ({ judged: values }: PredictedDocument) =>
  Object.fromEntries(values.map(({ field, right }) => [field, right]));

it('leaves out what a label says that the page does not print, for amounts, dates and names', () => {
  const { before, after } = judged({ total: '7.77', date: '03/02/2018', company: 'ANOTHER SHOP' });
  expect(Object.values(rightOf(before))).toContain(false);
  expect(rightOf(after)).toEqual({});
});

it('keeps a label that the page prints, also where another value was read', () => {
  const labels = { total: '9.00', date: '01/02/2018', company: 'CORNER SHOP' };
  const { before, after } = judged(labels);
  expect(rightOf(before)).toMatchObject({ total: true, date: true, company: false });
  expect(rightOf(after)).toEqual(rightOf(before));
});

it('keeps the scores, and a missing value counts as missed only where the page has it', () => {
  const { before, after } = judged({ total: '7.77', address: '1 NOWHERE ROAD' });
  expect(after.scores).toEqual(before.scores);
  expect([before.missed, after.missed]).toEqual([['address'], []]);
});

it('believes every label of a page that was read from its picture', () => {
  const { before, after } = judged({ total: '7.77' }, [{ ...page, engine: 'onnx' }]);
  expect(after).toBe(before);
});
