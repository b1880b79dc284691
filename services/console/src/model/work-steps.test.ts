import type { ReviewedDocument } from '@docfleet/client';
import { expect, test } from 'vitest';
import { reviewedField as field } from '../../test/reviewed-field.ts';
import { reviewActions } from './review-keys.ts';
import { itemsOf } from './work-place.ts';
import { afterWork, initialWork, type WorkEvent } from './work-state.ts';
import {
  addSteps,
  editSteps,
  emptyBoxSteps,
  pickingOf,
  stepsOf,
  storeSteps,
  type WorkFacts,
} from './work-steps.ts';

const document: ReviewedDocument = {
  index: 1,
  documentClass: 'receipt',
  classVersion: 1,
  confidence: 0.9,
  classState: 'machine',
  firstPage: 1,
  lastPage: 2,
  fields: [field('total', 0.5), field('date', 0.4), field('tax', 0.4, 'removed')],
  rows: [],
  rowsSeen: 0,
  findings: [{ code: 'CLASS_UNSURE', severity: 'review', fields: [], message: '' }],
  gaps: [],
};
const items = itemsOf([document], [], { looked: new Set(), asked: new Set() });
const [documentClass, total, date, tax] = items;
/** The work place with an item in focus. */
const at = (id: string, change: Partial<WorkFacts> = {}): WorkFacts => ({
  ...{
    items,
    documents: [document],
    pageCount: 2,
    texts: {},
    isLocked: false,
    maySkip: true,
    isAfterwards: false,
  },
  ...change,
  state: { ...initialWork(items, {}), currentId: id, ...change.state },
});

test('Enter accepts a value and goes to the next one that is open, as it will be then', () => {
  expect(stepsOf('accept', at('1/total'))).toEqual([
    { kind: 'change', change: { op: 'confirm', document: 1, field: 'total' } },
    { kind: 'wentTo', item: date },
  ]);
  const last = at('1/date', { items: items.map((item) => ({ ...item, isOpen: item.id === '1/date' })) });
  expect(stepsOf('accept', last).at(-1)).toEqual({ kind: 'allChecked' });
});

test('Enter names the class that is in doubt, and types a value that is not there', () => {
  expect(stepsOf('accept', at('1/'))).toEqual([
    { kind: 'lookedAt', id: '1/' },
    { kind: 'change', change: { op: 'setClass', document: 1, documentClass: 'receipt' } },
    { kind: 'wentTo', item: total },
  ]);
  expect(stepsOf('accept', at('1/tax'))).toEqual([
    { kind: 'editing', item: tax },
    { kind: 'keepText', id: '1/tax', text: 'tax' },
  ]);
});

test('what is typed on is not overwritten by the stored value', () => {
  if (total === undefined) throw new Error('there is no total');
  expect(editSteps(total, at('1/total', { texts: { '1/total': '9.' } }))).toEqual([
    { kind: 'editing', item: total },
  ]);
});

test('a value that is stored as it was is confirmed; another one, or one with a place of its own, is set', () => {
  if (total === undefined) throw new Error('there is no total');
  const changeOf = (text: string, facts: Partial<WorkFacts> = {}) =>
    storeSteps(total, at('1/total', { texts: { '1/total': text }, ...facts }))[0];
  const set = { op: 'set', document: 1, field: 'total', value: 'total' } as const;
  expect(changeOf(' total ')).toEqual({
    kind: 'change',
    change: { op: 'confirm', document: 1, field: 'total' },
  });
  expect(changeOf('9.50')).toEqual({ kind: 'change', change: { ...set, value: '9.50' } });
  const place = { page: 1, box: [1, 2, 3, 4], words: 'total' } as const;
  const state = { ...initialWork(items, {}), places: { '1/total': place } };
  expect(changeOf('total', { state })).toEqual({ kind: 'change', change: { ...set, ...place } });
});

test('a document is split before the page that is shown and joined with the next one, or it is said why not', () => {
  const second = { ...document, index: 2, firstPage: 3, lastPage: 3 };
  const facts = at('1/total', { documents: [document, second] });
  const onPage = (page: number): WorkFacts => ({ ...facts, state: { ...facts.state, page } });
  expect(stepsOf('split', onPage(2))).toEqual([
    { kind: 'change', change: { op: 'split', document: 1, atPage: 2 } },
  ]);
  expect(stepsOf('split', onPage(3))).toEqual([{ kind: 'refused', remark: 'noSplit' }]);
  expect(stepsOf('merge', facts)).toEqual([{ kind: 'change', change: { op: 'merge', document: 1 } }]);
  expect(stepsOf('merge', at('1/total'))).toEqual([{ kind: 'refused', remark: 'noMerge' }]);
});

test('words are picked for a field in focus, or for the one that is edited', () => {
  expect(stepsOf('pick', at('1/'))).toEqual([{ kind: 'refused', remark: 'pickFirst' }]);
  const picking = { id: '1/date', kind: 'box', byKey: true } as const;
  expect(stepsOf('draw', at('1/date'))).toEqual([{ kind: 'picking', picking }]);
  const { state } = at('1/date');
  expect(pickingOf(state)).toBeUndefined();
  expect(pickingOf({ ...state, editingId: '1/total' })).toMatchObject({ id: '1/total', byKey: false });
  expect(pickingOf({ ...state, editingId: '1/total', picking })).toBe(picking);
});

test('a box without words is where the value is typed', () => {
  if (date === undefined) throw new Error('there is no date');
  const steps = emptyBoxSteps(date, [1, 2, 3, 4], at('1/date'));
  expect(steps.map(({ kind }) => kind)).toEqual(['editing', 'keepText', 'drewEmptyBox']);
  const state = (steps.filter(({ kind }) => kind !== 'keepText') as WorkEvent[]).reduce(
    afterWork,
    at('1/').state,
  );
  expect(state).toMatchObject({ editingId: '1/date', remark: 'noWordsInBox' });
});

test('a field that is added is typed at once', () => {
  const [event, text] = addSteps(1, 'company');
  expect(text).toEqual({ kind: 'keepText', id: '1/company', text: '' });
  expect(afterWork(at('1/').state, event as WorkEvent)).toMatchObject({
    editingId: '1/company',
    dialog: undefined,
  });
});

test('a task that cannot be changed is looked at, and left to others; what the machine has approved is not rejected', () => {
  const locked = at('1/total', { isLocked: true });
  expect(reviewActions.filter((action) => stepsOf(action, locked).length > 0)).toEqual([
    ...['next', 'previous', 'nextPage', 'previousPage', 'zoomIn', 'zoomOut', 'skip', 'help'],
  ]);
  const later = at('1/total', { isAfterwards: true, maySkip: false });
  expect(
    (['approve', 'reject', 'sendBack', 'skip'] as const).map((action) => stepsOf(action, later).length),
  ).toEqual([...[1, 0, 0, 0]]);
  expect(documentClass?.id).toBe('1/');
});
