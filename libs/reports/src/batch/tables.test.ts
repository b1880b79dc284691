import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleBatch } from '../../test/sample-batch.ts';
import { csvLine } from '@docfleet/domain';
import { toCsv } from './csv.ts';
import { entryName } from './entry-name.ts';
import { fieldColumns, fieldRows } from './field-rows.ts';

test('A-02: a row for each value, and one for a file without any', () => {
  const rows = [...fieldRows(sampleBatch(7))];
  expect(rows.length).toBe(6 * 7 + 1);
  expect(rows.every((row) => row.length === fieldColumns.length)).toBe(true);
  expect(rows.at(-1)?.slice(0, 9)).toEqual([
    7,
    'rechnung-007.pdf',
    expect.any(String),
    'failed',
    null,
    'DOC_CORRUPT',
    'The file is damaged and cannot be opened.',
    0,
    null,
  ]);
});

test('A-02: CSV by RFC 4180, with headings', () => {
  const [head, first] = [...toCsv(sampleBatch(1))];
  expect(head?.startsWith('file,fileName,runId,')).toBe(true);
  expect(first?.endsWith('\r\n')).toBe(true);
  expect(csvLine(['a,b', 'say "x"', 'two\nlines', ' blank', null, 1.5])).toBe(
    '"a,b","say ""x""","two\nlines"," blank",,1.5\r\n',
  );
});

test.each(['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1+1'])(
  'A-02: %j is no formula',
  (text) => {
    const [cell = ''] = parse(csvLine([text]))[0] ?? [];
    expect(cell).toBe(`'${text}`);
  },
);

test('A-02: a negative number stays one', () => {
  expect(csvLine(['-12.50', -3])).toBe('-12.50,-3\r\n');
});

test('A-02: whatever the cells are, another reader finds them, and none is a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (cells) => {
      const [read = []] = parse(csvLine(cells));
      expect(read.map((cell, index) => (cell === `'${cells[index] ?? ''}` ? cells[index] : cell))).toEqual(
        cells,
      );
      for (const cell of read) expect(/^[=+@\t\r]|^-(?!$|\d+(?:\.\d+)?$)/.test(cell)).toBe(false);
    }),
  );
});

/** Reads CSV as RFC 4180 says. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end = ''] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g,
  )) {
    if (quoted === undefined && plain === '' && end === '') break;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

test.each([
  ['../../etc/passwd', '_.._etc_passwd'],
  ['C:\\temp\\a.pdf', 'C__temp_a.pdf'],
  ['con.txt', '_con.txt'],
  ['..', 'file'],
  ['', 'file'],
  ['a\u0000b\u202egnp.exe', 'a_b_gnp.exe'],
  ['rechnung.', 'rechnung'],
])('A-02: %j is written to an archive as %j', (name, expected) => {
  expect(entryName(name)).toBe(expected);
});

test('A-02: no name leads out of its folder', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const entry = entryName(name);
      expect(entry).not.toMatch(/[/\\:\p{Cc}]|^\.|[. ]$/u);
      expect(entry.length).toBeGreaterThan(0);
      expect(entry.isWellFormed()).toBe(true);
    }),
  );
});
