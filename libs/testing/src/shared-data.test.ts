import { expect, it } from 'vitest';
import { sharedData } from './shared-data.ts';

it('gives the folder when it is there, and says nothing', () => {
  const lines: string[] = [];
  const given = sharedData('labelled invoices', import.meta.dirname, (line) => void lines.push(line));
  expect([given, lines]).toEqual([import.meta.dirname, []]);
});

it('says what is skipped, and why, when it is not there', () => {
  const lines: string[] = [];
  const given = sharedData('labelled invoices', '/nowhere/data', (line) => void lines.push(line));
  expect([given, lines]).toEqual([
    undefined,
    [
      'SKIPPED: labelled invoices, because there is no folder /nowhere/data (DOCFLEET_SHARED names another one).\n',
    ],
  ]);
});
