import { expect, test } from 'vitest';
import { readViews, withoutView, withView } from './saved-views.ts';

test('what is stored is read, and what is damaged is left out', () => {
  const text = JSON.stringify([{ name: 'a', filter: { status: 'failed', lane: 'no' } }, { name: 1 }, null]);
  expect([readViews(text), readViews('{'), readViews('{}'), readViews(null)]).toEqual([
    [{ name: 'a', filter: { status: 'failed' } }],
    [],
    [],
    [],
  ]);
});

test('a view of the same name is replaced', () => {
  const views = withView(withView([], { name: 'b', filter: {} }), { name: 'a', filter: {} });
  const changed = withView(views, { name: 'b', filter: { age: 'day' } });
  expect(changed).toEqual([
    { name: 'a', filter: {} },
    { name: 'b', filter: { age: 'day' } },
  ]);
  expect(withoutView(changed, 'a')).toEqual([{ name: 'b', filter: { age: 'day' } }]);
});
