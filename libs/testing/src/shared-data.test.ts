import { expect, it } from 'vitest';
import { sharedData } from './shared-data.ts';

it('gives the folder when it is there', () => {
  expect(sharedData(import.meta.dirname)).toBe(import.meta.dirname);
});

it('says once, loudly, that it is not there', () => {
  const lines: string[] = [];
  const tell = (line: string): void => void lines.push(line);
  expect([sharedData('/nowhere/data', tell), sharedData('/nowhere/data', tell)]).toEqual([
    undefined,
    undefined,
  ]);
  expect(lines).toEqual([
    'NOT TESTED on labelled documents: there is no /nowhere/data (DOCFLEET_SHARED names the folder).\n',
  ]);
});
