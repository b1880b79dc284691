import { expect, test } from 'vitest';
import { pageIn, placedFields } from './placed-fields.ts';

const field = { name: 'total', type: 'money', value: '1,00', normalised: '1.00', confidence: 0.9, page: 2 };
const packet = {
  documentClass: 'invoice',
  classVersion: 1,
  confidence: 1,
  firstPage: 1,
  lastPage: 2,
  verdict: 'approve' as const,
  findings: [],
  gaps: [],
};

test('fields of all documents of a run have an id and a place', () => {
  const documents = [
    { ...packet, index: 1, fields: [{ ...field, box: [1, 2, 3, 4] }] },
    { ...packet, index: 2, fields: [{ ...field, box: [] }] },
  ];
  expect(placedFields({ documents }).map(({ id, page, box }) => [id, page, box])).toEqual([
    ['1-0', 2, [1, 2, 3, 4]],
    ['2-0', 2, undefined],
  ]);
});

test('a page that there is not becomes the nearest one', () => {
  expect([pageIn(3, 0), pageIn(3, 2), pageIn(3, 9), pageIn(0, 5)]).toEqual([1, 2, 3, 1]);
});
