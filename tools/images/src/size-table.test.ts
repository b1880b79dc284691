import { expect, test } from 'vitest';
import { sizeTable, tooLarge } from './size-table.ts';

const small = { name: 'gateway', bytes: 20_000_000, modelBytes: 0, files: 3 };
const large = { name: 'ocr', bytes: 200_000_001, modelBytes: 50_000_000, files: 7 };

test('the table shows each image with and without models and Node', () => {
  expect(sizeTable([small, large], 100_000_000).split('\n').slice(2)).toEqual([
    '| gateway | 3 | 20.0 | 0.0 | 120.0 |',
    '| ocr | 7 | 150.0 | 50.0 | 250.0 |',
  ]);
});

test('O-09: an image above 250 MB without its models is named', () => {
  expect(tooLarge([small, large], 100_000_000)).toEqual(['ocr']);
  expect(tooLarge([small, large], 99_999_999)).toEqual([]);
});
