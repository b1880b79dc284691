import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pageReading } from '@docfleet/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compareVersions } from './compare-versions.ts';

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
  return compareVersions(folder, { afterFile, beforeFile: undefined, groupBy: 'id' });
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
  expect(comparison.differences).toEqual([
    { id: 'a', group: 'A', field: 'total', label: '9.00', before: '9.00', after: null, change: 'lost' },
  ]);
});

it('compares two files of predictions without readings, document by document', () => {
  const write = (name: string, total: string | null): string => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify({ id: 'a', fields: { total } }));
    return file;
  };
  const versions = (before: string | null, after: string | null) =>
    compareVersions(folder, {
      beforeFile: write('before.jsonl', before),
      afterFile: write('after.jsonl', after),
      groupBy: 'id',
    });
  expect(versions('5.00', '9').differences).toEqual([
    { id: 'a', group: 'A', field: 'total', label: '9.00', before: '5.00', after: '9', change: 'won' },
  ]);
  expect(versions('9.00', '9.00').differences).toEqual([]);
  expect(versions('9.00', null).micro).toMatchObject({ before: 1, after: 0 });
  writeFileSync(join(folder, 'after.jsonl'), '{}');
  expect(() =>
    compareVersions(folder, {
      beforeFile: join(folder, 'before.jsonl'),
      afterFile: join(folder, 'after.jsonl'),
      groupBy: 'id',
    }),
  ).toThrow(/after\.jsonl, line 1: not a prediction/);
});

it('says how to get readings, and which weights are for no field', () => {
  expect(() => compared({})).toThrow(/readings\.jsonl does not exist: npm run readings/);
  writeFileSync(join(folder, 'readings.jsonl'), '');
  expect(() => compared({ totl: {} })).toThrow(/after\.json: weights for unknown fields: totl/);
});
