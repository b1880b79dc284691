import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { mutationProjects, projectsNamed } from './projects.ts';

const root = resolve(import.meta.dirname, '../../../..');

test.each(mutationProjects)('$name has files to change', ({ name, files }) => {
  expect(globSync([...files], { cwd: resolve(root, name) }).length).toBeGreaterThan(0);
});

test('a project is named by its folder or its last part', () => {
  expect(projectsNamed(['stage', 'libs/domain']).map(({ name }) => name)).toEqual([
    'libs/stage',
    'libs/domain',
  ]);
  expect(projectsNamed([])).toEqual(mutationProjects);
});

test('an unknown project is refused with what there is', () => {
  expect(() => projectsNamed(['ocr'])).toThrow("no project 'ocr'. There are: libs/stage, libs/domain,");
});
