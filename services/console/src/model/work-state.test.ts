import { expect, test } from 'vitest';
import type { WorkItem } from './work-place.ts';
import { afterWork, initialWork, type WorkEvent, type WorkState } from './work-state.ts';

const itemOf = (id: string, page: number | undefined, isOpen = false): WorkItem => ({
  id,
  document: Number.parseInt(id, 10),
  kind: id.endsWith('/') ? 'class' : 'field',
  name: id.split('/')[1] ?? '',
  field: undefined,
  choices: [],
  description: '',
  isOpen,
  place: page === undefined ? undefined : { page, box: [1, 2, 3, 4], words: '' },
});
const documentClass = itemOf('1/', undefined);
const total = itemOf('1/total', 2, true);
const date = itemOf('1/date', 1);
const items = [documentClass, total, date];
const run = (events: readonly WorkEvent[], from: WorkState = initialWork(items, {})): WorkState =>
  events.reduce(afterWork, from);
const place = { page: 2, box: [5, 6, 7, 8], words: '9.50' } as const;

test('work begins at the first open item, on its page, and goes on with what was being typed', () => {
  expect(initialWork(items, {})).toMatchObject({ currentId: '1/total', page: 2, focus: { id: '1/total' } });
  expect(initialWork(items, { '1/date': '1.2.' }).editingId).toBe('1/date');
  expect(initialWork([date], {})).toMatchObject({ currentId: '1/date', page: 1, editingId: undefined });
  expect(initialWork([], {})).toMatchObject({ currentId: undefined, page: 1, focus: undefined });
});

test('an item that becomes current is shown on its page; its own page that was left stays left until then', () => {
  const shown = run([{ kind: 'wentTo', item: date }]);
  expect(shown).toMatchObject({ currentId: '1/date', page: 1, focus: { id: '1/date' } });
  const left = run(
    [
      { kind: 'showedPage', page: 2 },
      { kind: 'becameCurrent', item: date },
    ],
    shown,
  );
  expect(left.page).toBe(2);
  expect(run([{ kind: 'becameCurrent', item: documentClass }], left)).toMatchObject({
    currentId: '1/',
    page: 2,
  });
});

test('a place that was picked stays with the value that is typed, and goes with it', () => {
  const taken = run([
    { kind: 'picking', picking: { id: '1/total', kind: 'words', byKey: true } },
    { kind: 'tookPlace', id: '1/total', place },
  ]);
  expect(taken).toMatchObject({ editingId: '1/total', places: { '1/total': place }, picking: undefined });
  const other = run(
    [
      { kind: 'tookPlace', id: '1/date', place },
      { kind: 'leftEditor', id: '1/total' },
    ],
    taken,
  );
  expect(other).toMatchObject({
    editingId: undefined,
    places: { '1/date': place },
    focus: { id: '1/total' },
  });
});

test('a box without words says that the value is to be typed; what is done next takes that away', () => {
  const drawn = run([
    { kind: 'editing', item: total },
    { kind: 'drewEmptyBox', id: '1/total', place },
  ]);
  expect(drawn).toMatchObject({ editingId: '1/total', places: { '1/total': place }, remark: 'noWordsInBox' });
  expect(run([{ kind: 'wentTo', item: date }], drawn).remark).toBeUndefined();
});

test('each time that an item shall have the focus is a time of its own', () => {
  const once = run([{ kind: 'allChecked' }]);
  expect(once.focus).toEqual({ id: '1/total' });
  expect(run([{ kind: 'allChecked' }], once).focus).not.toBe(once.focus);
});

test('where borders of documents move, everything goes with the first page of its document', () => {
  const before = [
    { index: 1, firstPage: 1, lastPage: 2 },
    { index: 2, firstPage: 3, lastPage: 4 },
  ];
  const after = [
    { index: 1, firstPage: 1, lastPage: 1 },
    { index: 2, firstPage: 2, lastPage: 2 },
    { index: 3, firstPage: 3, lastPage: 4 },
  ];
  const working = run([
    { kind: 'lookedAt', id: '2/' },
    { kind: 'askedFor', id: '2/tax' },
    { kind: 'tookPlace', id: '2/tax', place },
    { kind: 'hovered', id: '2/tax' },
    { kind: 'bordersMoved', before, after },
  ]);
  expect(working).toMatchObject({
    ...{ currentId: '3/tax', editingId: '3/tax', hoveredId: undefined, places: { '3/tax': place } },
    ...{ looked: new Set(['3/']), asked: new Set(['3/tax']) },
  });
  const back = run(
    [
      { kind: 'leftEditor', id: '3/tax' },
      { kind: 'bordersMoved', before: after, after: before },
    ],
    working,
  );
  expect(back).toMatchObject({ currentId: '2/tax', focus: { id: '2/tax' } });
});
