import type { ClassFacts, ReviewedDocument } from '@docfleet/client';
import { expect, test } from 'vitest';
import { reviewedField as field } from '../../test/reviewed-field.ts';
import { addableFields, besides, itemsOf, openFrom, withPending, type Attention } from './work-place.ts';

const receipt: ClassFacts = {
  name: 'receipt',
  version: 1,
  fields: ['company', 'address', 'date', 'total', 'tax'].map((name) => ({
    name,
    type: 'text',
    required: name !== 'tax',
    description: '',
    choices: [],
  })),
  tables: [],
  title: '',
  description: '',
  rules: [],
  thresholds: { field: 0.7, documentClass: 0.5 },
};
const document: ReviewedDocument = {
  index: 1,
  documentClass: 'receipt',
  classVersion: 1,
  confidence: 0.9,
  classState: 'machine',
  firstPage: 1,
  lastPage: 1,
  fields: [field('total', 0.99), field('company', 0.95), field('date', 0.4)],
  rows: [],
  rowsSeen: 0,
  findings: [
    { code: 'FIELD_MISSING', severity: 'review', fields: ['address'], message: '' },
    { code: 'SUM', severity: 'review', fields: ['total'], message: '' },
    { code: 'NOTE', severity: 'info', fields: ['company'], message: '' },
  ],
  gaps: [],
};
const none: Attention = { looked: new Set(), asked: new Set() };
const openIds = (documents: readonly ReviewedDocument[]): readonly string[] =>
  itemsOf(documents, [receipt], none)
    .filter(({ isOpen }) => isOpen)
    .map(({ id }) => id);

test('items stand in the order of the class, with what is missing, and open where a person has to look', () => {
  const items = itemsOf([document], [receipt], none);
  expect(items.map(({ id, isOpen }) => [id, isOpen])).toEqual([
    ['1/', false],
    ['1/company', false],
    ['1/address', true],
    ['1/date', true],
    ['1/total', true],
  ]);
  expect(addableFields(document, receipt, items)).toEqual(['tax']);
  const asked = itemsOf([document], [receipt], { ...none, asked: new Set(['1/tax']) });
  expect(asked.at(-1)).toMatchObject({ id: '1/tax', isOpen: true, field: undefined });
});

test('a class in doubt is open until somebody has looked at it or named another one', () => {
  const doubted: ReviewedDocument = {
    ...document,
    findings: [{ code: 'CLASS_UNSURE', severity: 'review', fields: [], message: '' }],
  };
  expect(openIds([doubted])).toEqual(['1/', '1/date']);
  expect(openIds([{ ...doubted, classState: 'changed' }])).toEqual(['1/date']);
  expect(itemsOf([doubted], [receipt], { ...none, looked: new Set(['1/']) })[0]?.isOpen).toBe(false);
});

test('next and previous go to open items, around the end, and stop where none is left', () => {
  const items = itemsOf([document], [receipt], none);
  expect(openFrom(items, undefined, 1)?.id).toBe('1/address');
  expect(openFrom(items, '1/company', 1)?.id).toBe('1/address');
  expect(openFrom(items, '1/total', 1)?.id).toBe('1/address');
  expect(openFrom(items, '1/address', -1)?.id).toBe('1/total');
  expect(openFrom(items, undefined, -1)?.id).toBe('1/total');
  const closed = items.map((item) => ({ ...item, isOpen: false }));
  expect(openFrom(closed, '1/total', 1)).toBeUndefined();
  expect(openFrom([], undefined, 1)).toBeUndefined();
  expect(besides(items, '1/company', 1)?.id).toBe('1/address');
  expect(besides(items, '1/total', 1)).toBeUndefined();
});

test('what a person does to a field is shown before it is stored, and closes its item', () => {
  const pending = withPending(
    [document],
    [
      { op: 'confirm', document: 1, field: 'total' },
      { op: 'remove', document: 1, field: 'address' },
      { op: 'set', document: 1, field: 'date', value: '1.2.2026', page: 1, box: [1, 2, 3, 4] },
      { op: 'undo' },
    ],
  );
  expect(openIds(pending)).toEqual([]);
  expect(pending[0]?.fields.map(({ name, state, value }) => [name, state, value])).toEqual([
    ['total', 'confirmed', 'total'],
    ['company', 'machine', 'company'],
    ['date', 'changed', '1.2.2026'],
    ['address', 'removed', ''],
  ]);
  expect(pending[0]?.fields[2]?.provenance.box).toEqual([1, 2, 3, 4]);
});

test('rows are shown as they will be, and nothing is guessed of what the gateway numbers', () => {
  const cells = { a: '1', b: '2' };
  const row = { id: 1, group: 'items', cells, provenance: field('x', 1).provenance, original: null };
  const withRows = { ...document, rows: [{ ...row, state: 'machine' as const }] };
  const pending = withPending(
    [withRows],
    [
      { op: 'setRow', document: 1, row: 1, cells: { b: '3' } },
      { op: 'addRow', document: 1, group: 'items', cells: { a: '4' } },
    ],
  );
  expect(pending[0]?.rows).toEqual([{ ...row, cells: { a: '1', b: '3' }, state: 'changed' }]);
  const removed = withPending([withRows], [{ op: 'removeRow', document: 1, row: 1 }]);
  expect(removed[0]?.rows[0]?.state).toBe('removed');
});
