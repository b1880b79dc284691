import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explanationsFile } from './projects.ts';
import { parseExplanations, scoreOf, type Mutant } from './score.ts';

const survivor: Mutant = {
  file: 'libs/stage/src/window.ts',
  lineNumber: 7,
  line: 'if (a < b) return a;',
  original: 'a < b',
  replacement: 'a <= b',
  status: 'survived',
};
const reason = 'Equal offsets never meet here.';
const { file, line, original, replacement } = survivor;

test('the score is the share of changes that were noticed, without those that could not be tried', () => {
  const mutants: Mutant[] = [
    survivor,
    { ...survivor, replacement: 'true', status: 'noticed' },
    { ...survivor, replacement: 'false', status: 'noticed' },
    { ...survivor, replacement: 'a > b', status: 'noticed' },
    { ...survivor, replacement: '', status: 'ignored' },
  ];
  expect(scoreOf(mutants, [])).toEqual({
    noticed: 3,
    all: 4,
    percent: 75,
    unexplained: [survivor],
    outdated: [],
  });
});

test('an explanation holds for the same change of the same code, in the same line, wherever that stands in the file', () => {
  const explanation = { file, line, original, replacement, reason };
  expect(scoreOf([{ ...survivor, lineNumber: 99 }], [explanation]).unexplained).toEqual([]);
  const other = { ...survivor, line: 'while (a < b) a += 1;' };
  expect(scoreOf([other], [explanation])).toMatchObject({ unexplained: [other], outdated: [explanation] });
});

test('an explanation of a change that is noticed is outdated', () => {
  const explanation = { file, line, original, replacement, reason };
  expect(scoreOf([{ ...survivor, status: 'noticed' }], [explanation]).outdated).toEqual([explanation]);
});

test('an explanation without a reason is refused', () => {
  const entry = { file, line, original, replacement };
  expect(() => parseExplanations(JSON.stringify([{ ...entry, reason: '' }]))).toThrow('reason');
  expect(parseExplanations(JSON.stringify([{ ...entry, reason }]))).toEqual([{ ...entry, reason }]);
});

test('the explanations of the repository can be read, and are about files that there are', () => {
  const root = join(import.meta.dirname, '../../../..');
  const explanations = parseExplanations(readFileSync(join(root, explanationsFile), 'utf8'));
  const files = [...new Set(explanations.map((each) => each.file))];
  expect(files.filter((each) => !existsSync(join(root, each)))).toEqual([]);
});
