import { expect, it } from 'vitest';
import { sharedData } from './shared-data.ts';

it('returns an existing folder', () => {
  expect(sharedData(import.meta.dirname)).toBe(import.meta.dirname);
});

it('reports a missing folder once', () => {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  expect([sharedData('/nowhere/data', write), sharedData('/nowhere/data', write)]).toEqual([
    undefined,
    undefined,
  ]);
  expect(lines).toEqual([
    'NOT TESTED on labelled documents: /nowhere/data does not exist. Set DOCFLEET_SHARED to their folder.\n',
  ]);
});
