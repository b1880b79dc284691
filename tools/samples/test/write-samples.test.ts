import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSamples, writeSamplesToReview, type SampleFile } from '../src/index.ts';

let folder: string;
let first: SampleFile[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docfleet-samples-'));
  first = await writeSamples(join(folder, 'first'));
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

test('every class is there as a digital PDF, and scans of both kinds', () => {
  expect(first.map((file) => [file.documentClass, file.form])).toEqual([
    ['invoice', 'digital'],
    ['receipt', 'digital'],
    ['ad-buy', 'digital'],
    ['registration-form', 'digital'],
    ['letter', 'digital'],
    ['invoice', 'scanned-pdf'],
    ['receipt', 'scanned-jpeg'],
    ['letter', 'scanned-pdf'],
  ]);
});

test('files are what their media type says', async () => {
  const begins = { 'application/pdf': '25504446', 'image/jpeg': 'ffd8ffe1' };
  const found = await Promise.all(
    first.map(async (file) => (await readFile(file.path)).subarray(0, 4).toString('hex')),
  );
  expect(found).toEqual(first.map((file) => begins[file.mediaType]));
});

test('the same seed writes the same bytes', async () => {
  const again = await writeSamples(join(folder, 'again'));
  const digests = (files: readonly SampleFile[]): Promise<string[]> =>
    Promise.all(
      files.map(async ({ path }) =>
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      ),
    );
  expect(await digests(again)).toEqual(await digests(first));
}, 60_000);

test('another seed writes other values', async () => {
  const other = await writeSamples(join(folder, 'other'), 2);
  expect(other[0]?.expected['invoice_number']).not.toBe(first[0]?.expected['invoice_number']);
}, 60_000);

test('an invoice says what should be found on it', () => {
  expect(Object.keys(first[0]?.expected ?? {})).toEqual([
    'invoice_number',
    'issue_date',
    'seller',
    'buyer',
    'currency',
    'tax_total',
    'grand_total',
  ]);
});

test('H-01: documents that a person has to look at have dates in the future', async () => {
  const found = await writeSamplesToReview(join(folder, 'to-review'));
  expect(
    found.map(({ documentClass, expected }) => [documentClass, JSON.stringify(expected).includes('2041')]),
  ).toEqual([
    ['invoice', true],
    ['receipt', true],
  ]);
});
