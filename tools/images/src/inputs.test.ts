import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Image } from './image-list.ts';
import { digestInputs, workspaceClosure } from './inputs.ts';

const image: Image = {
  name: 'gateway',
  mains: ['services/gateway/dist/main.js'],
  children: [],
  resources: [],
  hasModels: false,
};

let root: string;
const write = (path: string, content: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};
const writePackage = (folder: string, name: string, needs: readonly string[]): void => {
  write(
    `${folder}/package.json`,
    JSON.stringify({ name, dependencies: Object.fromEntries(needs.map((each) => [each, '*'])) }),
  );
  write(`${folder}/dist/index.js`, `// ${name}`);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'docfleet-inputs-'));
  writePackage('libs/a', '@x/a', []);
  writePackage('libs/b', '@x/b', ['@x/a', 'pino']);
  writePackage('libs/c', '@x/c', []);
  writePackage('services/gateway', '@x/gateway', ['@x/b']);
  write('package-lock.json', '1');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

test('a program needs the packages that its packages need', () => {
  expect(workspaceClosure(root, ['services/gateway'])).toEqual(['libs/a', 'libs/b', 'services/gateway']);
});

test.each([
  ['a library that it needs', 'libs/a/dist/index.js', true],
  ['the versions of packages', 'package-lock.json', true],
  ['this tool', 'tools/images/src/new.ts', true],
  ['a library that it does not need', 'libs/c/dist/index.js', false],
  ['a test of this tool', 'tools/images/src/new.test.ts', false],
  ['a source that is not compiled yet', 'libs/a/src/index.ts', false],
])('a change of %s makes the image anew: %s', (_what, file, isNew) => {
  const before = digestInputs(root, image, ['x64']);
  write(file, '2');
  expect(digestInputs(root, image, ['x64']) !== before).toBe(isNew);
});

test('another processor makes the image anew', () => {
  expect(digestInputs(root, image, ['arm64'])).not.toBe(digestInputs(root, image, ['x64']));
});
