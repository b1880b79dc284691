import { layoutOf, netLines } from '@docfleet/field-extraction';
import { expect, it } from 'vitest';
import { goldSpan, similarity } from './gold-spans.ts';

const lines = netLines([
  layoutOf({
    page: 1,
    widthPx: 400,
    heightPx: 400,
    engine: 'onnx',
    engineVersion: 'test',
    lines: [
      'Sunny',
      'HILL BOCKS SDN BHD',
      '(123456-X)',
      '1, JALAN MAWAR',
      '43300 KAJANG',
      'TEL 03-1234567',
    ].map((text, i) => {
      const box = [10, 30 * i, 10 + 9 * text.length, 30 * i + 20] as const;
      return { text, box, confidence: 1, words: [{ text, box, confidence: 1 }] };
    }),
  }),
]);

it('finds the lines of a name in spite of a misread letter', () => {
  expect(goldSpan(lines, 'name', 'HILL BOOKS SDN BHD')).toEqual([1, 1]);
});

it('finds the lines of an address', () => {
  expect(goldSpan(lines, 'address', '1, JALAN MAWAR, 43300 KAJANG')).toEqual([3, 4]);
});

it('finds nothing for a label that is not there, or unknown', () => {
  expect(goldSpan(lines, 'name', 'COMPLETELY DIFFERENT TRADERS')).toBeNull();
  expect(goldSpan(lines, 'name', null)).toBeNull();
});

it('measures how alike texts are', () => {
  expect(similarity('ABCD', 'ABCD')).toBe(1);
  expect(similarity('ABCD', 'WXYZ')).toBe(0);
  expect(similarity('ABCD', 'ABED')).toBe(0.75);
});
