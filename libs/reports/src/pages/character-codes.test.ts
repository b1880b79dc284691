import { expect, test } from 'vitest';
import { codeCharacters } from './character-codes.ts';
import { visualOrder } from './visual-order.ts';

test('every character has a code of its own, and its mapping back', () => {
  const font = codeCharacters(['ab', 'b😀']);
  expect(font.codesOf('ab😀')).toEqual([1, 2, 3]);
  expect(font.toUnicode).toContain(
    '3 beginbfchar\n<0001> <0061>\n<0002> <0062>\n<0003> <d83dde00>\nendbfchar',
  );
  expect(font.glyphs.toString('hex')).toBe('0000000100010001');
});

test('blocks of mappings have 100 at most', () => {
  const many = Array.from({ length: 101 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');
  expect(codeCharacters([many]).toUnicode).toMatch(/100 beginbfchar[^]*endbfchar\n1 beginbfchar\n<0065>/);
});

test('a character that no text has is left out', () => {
  expect(codeCharacters(['a']).codesOf('ax')).toEqual([1]);
});

test('words written from right to left are turned around, with their marks', () => {
  expect(visualOrder('שלום')).toBe('םולש');
  expect(visualOrder('בּא')).toBe('אבּ');
  expect(visualOrder('Total')).toBe('Total');
});
