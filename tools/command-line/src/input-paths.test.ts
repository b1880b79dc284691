import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkPaths, commands } from './index.mjs';
import { explain, fileProblems, folderProblem } from './input-paths.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-paths-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a readable file with content has no problem', () => {
  const file = join(folder, 'a.txt');
  writeFileSync(file, 'a');
  expect(fileProblems([file])).toEqual([]);
});

test('every file that cannot be sent is named with what it is', () => {
  const [empty, loop, missing] = ['empty.pdf', 'loop.pdf', 'missing.pdf'].map((name) => join(folder, name));
  writeFileSync(empty ?? '', '');
  symlinkSync(loop ?? '', loop ?? '');
  expect(fileProblems([folder, empty ?? '', missing ?? '', '/dev/null', loop ?? ''])).toEqual([
    `${folder} is a directory; name the files in it (${folder}/*)`,
    `${empty} is empty (0 bytes); there is nothing to read in it`,
    `${missing} does not exist; correct the path`,
    '/dev/null is not a regular file; copy its content into one',
    expect.stringMatching(/loop\.pdf cannot be read: ELOOP/),
  ]);
});

test('what this user may not read is said in words', () => {
  const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
  expect(explain(denied)).toBe('may not be read by this user; change its permissions');
});

test('a folder must be one', () => {
  const file = join(folder, 'labels.jsonl');
  writeFileSync(file, '{}');
  expect([folderProblem(folder), folderProblem(file), folderProblem(join(folder, 'no'))]).toEqual([
    undefined,
    `${file} is a file; name the folder that it is in`,
    `${join(folder, 'no')} does not exist; correct the path`,
  ]);
});

test('a call is refused because of its paths, all at once', () => {
  const missing = join(folder, 'no');
  expect(() => {
    checkPaths(commands.start, [missing, folder]);
  }).toThrow(
    `npm start: nothing was done, because of these paths:\n  - ${missing} does not exist; correct the path\n  - ${folder} is a directory`,
  );
  expect(() => {
    checkPaths(commands.evaluate, [missing]);
  }).toThrow(`npm run evaluate: nothing was done, because of these paths:\n  - ${missing} does not exist`);
  expect(() => {
    checkPaths(commands.evaluate, [folder]);
  }).not.toThrow();
});
