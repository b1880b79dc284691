import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentClasses, type DocumentClass } from '@docfleet/contracts';
import { afterAll, expect, it } from 'vitest';
import { foldModels } from './fold-models.ts';

const receipt = documentClasses.find(({ name }) => name === 'receipt');
if (receipt === undefined) throw new Error('there is no class receipt');
const documentClass: DocumentClass = receipt;
const folder = mkdtempSync(join(tmpdir(), 'fold-models-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('gives a group the models of its fold, and a group of no fold none', () => {
  mkdirSync(join(folder, 'fold0'));
  mkdirSync(join(folder, 'fold1'));
  writeFileSync(join(folder, 'folds.json'), JSON.stringify({ HILL: 0, VALE: 1, DALE: 1 }));
  const scorersOf = foldModels(folder, documentClass);
  expect(scorersOf('HILL')).toEqual([]);
  expect(scorersOf('VALE')).toBe(scorersOf('DALE'));
  expect(scorersOf('VALE')).not.toBe(scorersOf('HILL'));
  expect(scorersOf('MOOR')).toBeUndefined();
});

it('names the file that does not say the folds', () => {
  const other = join(folder, 'other');
  expect(() => foldModels(other, documentClass)).toThrow(
    `${join(other, 'folds.json')} does not say the fold of each group`,
  );
});
