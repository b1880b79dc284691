import { expect, test } from 'vitest';
import { filesOf, readFile } from './repository-files.ts';
import { definedIds, requirementIdsIn } from './requirement-ids.ts';

const texts = '{libs,services,tools,schemas,docs,charts,keda,.github}/**/*.{ts,mjs,md,yaml,yml,json,avsc}';

test('ids are found in running text, and only whole ones', () => {
  const text = 'M-15: ends once (D-07, R-05); not XM-15, M-1, M-155 or B-10';
  expect([...requirementIdsIn(text)]).toEqual(['M-15', 'D-07', 'R-05']);
});

test('ids are defined by the first cell of a row', () => {
  expect(definedIds('| id | requirement |\n| --- | --- |\n| M-01 | as A-04 |\n| M-02 | more |')).toEqual([
    'M-01',
    'M-02',
  ]);
});

test('docs/requirements.md defines each id once', () => {
  const ids = definedIds(readFile('docs/requirements.md'));
  expect(ids.length).toBeGreaterThan(50);
  expect(ids).toEqual([...new Set(ids)]);
});

test('docs/requirements.md defines every id that sources and documents name', () => {
  const defined = new Set(definedIds(readFile('docs/requirements.md')));
  const files = [...filesOf(texts), ...filesOf('*.md')];
  expect(files.length).toBeGreaterThan(500);
  const unknown = files
    // These examples are ids of nothing.
    .filter((path) => path !== 'tools/docs-check/src/requirement-ids.test.ts')
    .flatMap((path) =>
      [...requirementIdsIn(readFile(path))].filter((id) => !defined.has(id)).map((id) => `${path}: ${id}`),
    );
  expect(unknown).toEqual([]);
});
