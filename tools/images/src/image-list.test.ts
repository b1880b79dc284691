import { globSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';
import { serviceNames } from '@docfleet/stack';
import { expect, test } from 'vitest';
import { images, imagesNamed } from './image-list.ts';

const root = join(import.meta.dirname, '../../..');

test('O-09: there is an image for every service, and one for the deploy step', () => {
  expect(images.map(({ name }) => name)).toEqual([...serviceNames, 'deploy']);
});

test('a name that is none is answered with those there are', () => {
  expect(() => imagesNamed(['deploy', 'ocrr'])).toThrow(/^There is no image 'ocrr'. There are: gateway, /);
  expect(imagesNamed(['deploy']).map(({ name }) => name)).toEqual(['deploy']);
});

/** Built modules that a library or service starts by their path: `new URL('./page-child.ts', import.meta.url)`. */
const started = globSync('{libs,services}/*/src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] }).flatMap(
  (file) =>
    [
      ...readFileSync(join(root, file), 'utf8').matchAll(/new URL\('(\.\/[^']+)\.ts', import\.meta\.url\)/g),
    ].map(([, module = '']) => `${join(dirname(file), module)}.js`.replace('/src/', '/dist/')),
);

/** Folders of a service and of the libraries that it names, with a slash at the end; the deploy step starts none. */
function packagesOf(name: string): readonly string[] {
  if (name === 'deploy') return [];
  const text = readFileSync(join(root, 'services', name, 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
  const libraries = Object.keys(dependencies).flatMap((dependency) => {
    const [, library] = /^@docfleet\/(.+)$/.exec(dependency) ?? [];
    return library === undefined ? [] : [`libs/${library}/`];
  });
  return [`services/${name}/`, ...libraries];
}

test('O-09: every module that is started by its path is in the image of its service', () => {
  expect(started).toContain('libs/workers/dist/sandbox/probe-child.js');
  expect(started).toContain('libs/reports/dist/pages/render-child.js');
  expect(started).toContain('services/ocr/dist/adapters/onnx-child.js');
  const missing = images.flatMap(({ name, children }) => {
    const packages = packagesOf(name);
    return started
      .filter((module) => packages.some((folder) => module.startsWith(folder)))
      .filter((module) => !children.some((pattern) => matchesGlob(module, pattern)))
      .map((module) => `${name}: ${module}`);
  });
  expect(missing).toEqual([]);
});
