import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pageReading } from '@docfleet/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compareWeights } from './compare-weights.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-'));
  writeFileSync(join(folder, 'a.pdf'), '%PDF-1.4');
  writeFileSync(
    join(folder, 'labels.jsonl'),
    JSON.stringify({ id: 'a', file: 'a.pdf', documentClass: 'receipt', total: '9.00' }),
  );
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const compared = (weights: object) => {
  const afterFile = join(folder, 'after.json');
  writeFileSync(afterFile, JSON.stringify(weights));
  return compareWeights(folder, { afterFile, beforeFile: undefined, groupBy: 'id' });
};

it('compares the weights of a file with those of the release, on the labels that there are', () => {
  const pages = [
    pageReading([
      'CORNER SHOP',
      'Tel 555 0100',
      'Date 01/02/2018',
      'Bread 4.00',
      'Tea 5.00',
      'TOTAL 9.00',
      'CASH 10.00',
      'CHANGE 1.00',
    ]),
  ];
  writeFileSync(join(folder, 'readings.jsonl'), JSON.stringify({ id: 'a', pages }));
  // Nothing is likelier than "none of them" with such a weight.
  const comparison = compared({ total: { bias: -50 } });
  expect(comparison.fields).toEqual([{ field: 'total', labelled: 1, before: 1, after: 0 }]);
  expect(comparison.lost).toEqual(['a']);
});

it('says how to get readings, and which weights are for no field', () => {
  expect(() => compared({})).toThrow(/readings\.jsonl does not exist: npm run readings/);
  writeFileSync(join(folder, 'readings.jsonl'), '');
  expect(() => compared({ totl: {} })).toThrow(/after\.json: weights for unknown fields: totl/);
});
