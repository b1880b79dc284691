import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportedNames, portNames } from './library-readme.ts';
import { filesOf, readFile } from './repository-files.ts';

const libraries = filesOf('libs/*/package.json').map((path) => path.split('/')[1] ?? path);

test('the names of a port are those in backticks of its list', () => {
  const readme =
    '# a\n\n`text`\n\n## Port\n\n- `open`: gives `Log`, in `libs/b`\n\nNot `this`.\n\n## Other\n\n- `c`\n';
  expect(portNames(readme)).toEqual(['open', 'Log']);
  expect(portNames('# a\n\n## Port\n\n- `last`: ends the file\n')).toEqual(['last']);
  expect(portNames('# a\n')).toEqual([]);
});

test('exports are found in braces, renamed, declared, and in modules that are exported whole', () => {
  const source = [
    "export { a, type B, c as d } from './a.ts';",
    "export type {\n  E,\n} from './e.ts';",
    'export const f = 1;',
    "export type * from './g.ts';",
  ].join('\n');
  const names = exportedNames(source, () => 'export interface G {}\ninterface Hidden {}\n');
  expect([...names].sort()).toEqual(['B', 'E', 'G', 'a', 'd', 'f']);
});

test('every library has a folder of its own with a README', () => {
  expect(libraries.length).toBeGreaterThan(10);
  expect(filesOf('libs/*/README.md').map((path) => path.split('/')[1])).toEqual(libraries);
});

test.each(libraries)('libs/%s says what it is for, what it is not for, and its port', (library) => {
  const readme = readFile(`libs/${library}/README.md`);
  expect(readme).toMatch(new RegExp(`^# libs/${library}\n\n\\S`));
  expect(readme).toMatch(/^\*\*Not for\*\*: /m);
  const source = join('libs', library, 'src');
  const exported = exportedNames(readFile(join(source, 'index.ts')), (path) => readFile(join(source, path)));
  const names = portNames(readme);
  expect(names.length).toBeGreaterThan(2);
  expect(names.filter((name) => !exported.has(name))).toEqual([]);
});
