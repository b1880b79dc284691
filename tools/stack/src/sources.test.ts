import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { layoutOf, type Layout } from './layout.ts';
import { digestSources, warnOfOtherSources, writeStarted } from './sources.ts';

let root: string;
let layout: Layout;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'docfleet-sources-'));
  layout = layoutOf(root, 'local');
  for (const folder of ['libs/domain/src', 'services', 'schemas'])
    mkdirSync(join(root, folder), { recursive: true });
  write('package-lock.json', '{}');
  write('libs/domain/src/ids.ts', 'export const a = 1;');
  writeStarted(layout, digestSources(root), new Date(Date.UTC(2026, 0, 2)));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): void {
  writeFileSync(join(root, path), text);
}

test('the same sources, written once more or with other tests, are the same', () => {
  write('libs/domain/src/ids.ts', 'export const a = 1;');
  write('libs/domain/src/ids.test.ts', 'a test');
  expect(warnOfOtherSources(layout)).toBeUndefined();
});

test.each([
  ['a changed file', 'libs/domain/src/ids.ts'],
  ['a new file', 'libs/domain/src/new.ts'],
  ['other packages', 'package-lock.json'],
])('%s is noticed, with what to do', (_, path) => {
  write(path, 'export const a = 2;');
  expect(warnOfOtherSources(layout)).toMatch(
    /started at 2026-01-02T00:00:00\.000Z from other sources.*npm stop, then npm start/,
  );
});

test('a fleet that left no note is of other sources', () => {
  rmSync(layout.startedFile);
  expect(warnOfOtherSources(layout)).toMatch(/was started from other sources/);
});
