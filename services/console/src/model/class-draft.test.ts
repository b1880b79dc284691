import { describe, expect, it } from 'vitest';
import {
  emptyDraft,
  fieldAt,
  missingOf,
  nameOf,
  pressWord,
  readDraft,
  withChangedField,
  withExample,
  withField,
  withoutField,
  withoutMark,
  type ClassDraft,
} from './class-draft.ts';

const total = { name: 'total', type: 'money', required: true } as const;
const date = { name: 'date', type: 'date', required: false } as const;
const first = { line: 3, word: 1 };
const second = { line: 3, word: 2 };

const draft = withExample(withField(withField({ ...emptyDraft, title: 'Slip' }, total), date), {
  runId: 'r',
  fileName: 'a.pdf',
});
const press = (from: ClassDraft, field: string, at: { line: number; word: number }, page = 1) =>
  pressWord(from, { runId: 'r', field, page, at });
const marksOf = ({ examples }: ClassDraft) => examples[0]?.marks;

describe('pressWord', () => {
  it('adds words to a value in their order, and takes one away that is pressed again', () => {
    const both = press(press(draft, 'total', second), 'total', first);
    expect(marksOf(both)).toEqual([{ field: 'total', page: 1, words: [first, second] }]);
    expect(marksOf(press(both, 'total', first))).toEqual([{ field: 'total', page: 1, words: [second] }]);
    expect(marksOf(press(press(both, 'total', first), 'total', second))).toEqual([]);
  });

  it('gives a word to one value only', () => {
    const moved = press(press(draft, 'total', first), 'date', first);
    expect(marksOf(moved)).toEqual([{ field: 'date', page: 1, words: [first] }]);
    expect(moved.examples[0] && fieldAt(moved.examples[0], 1, first)).toBe('date');
  });

  it('keeps a value on one page: another page replaces it', () => {
    const turned = press(press(draft, 'total', first), 'total', second, 2);
    expect(marksOf(turned)).toEqual([{ field: 'total', page: 2, words: [second] }]);
  });

  it('leaves other examples alone', () => {
    const two = withExample(draft, { runId: 's', fileName: 'b.pdf' });
    expect(press(two, 'total', first).examples[1]?.marks).toEqual([]);
  });
});

it('a field that is renamed keeps its marks, one that is removed loses them', () => {
  const marked = press(draft, 'total', first);
  expect(marksOf(withChangedField(marked, 'total', { name: 'amount' }))?.[0]?.field).toBe('amount');
  expect(marksOf(withoutField(marked, 'total'))).toEqual([]);
  expect(marksOf(withoutMark(marked, 'r', 'total'))).toEqual([]);
});

it.each([
  ['Lieferschein Nr.', '-', 'lieferschein-nr'],
  ['Größe', '_', 'grosse'],
  ['2nd date', '_', 'nd_date'],
  ['  ', '-', ''],
] as const)('a name of %j is %j-joined', (text, joint, name) => {
  expect(nameOf(text, joint)).toBe(name);
});

it('says what is missing, one thing after the other', () => {
  expect(missingOf(emptyDraft)).toBe('title');
  expect(missingOf({ ...emptyDraft, title: 'Slip' })).toBe('fields');
  expect(missingOf(draft)).toBe('examples');
  const ids = ['a', 'b', 'c', 'd'];
  const full = ids.reduce((made, runId) => withExample(made, { runId, fileName: runId }), draft);
  expect(missingOf(full)).toBe('marks');
  const marked = ['r', ...ids].reduce(
    (made, runId) => pressWord(made, { runId, field: 'total', page: 1, at: first }),
    full,
  );
  expect(missingOf(marked)).toBeUndefined();
});

it('reads what it stored, and nothing that is damaged', () => {
  const marked = press(draft, 'total', first);
  expect(readDraft(JSON.stringify(marked))).toEqual(marked);
  for (const text of [null, '', '{', '[]', '{"title":1,"fields":[],"examples":[]}'])
    expect(readDraft(text)).toEqual(emptyDraft);
  expect(readDraft('{"title":"x","fields":[{"name":"a"}],"examples":[{"runId":"r"}]}')).toEqual({
    ...emptyDraft,
    title: 'x',
  });
});
