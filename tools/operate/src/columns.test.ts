import { describe, expect, it } from 'vitest';
import { columns, wrap } from './columns.ts';

it('makes each column as wide as its widest cell', () => {
  expect(
    columns(
      ['id', 'tenant'],
      [
        ['ocr-0-7', 'a'],
        ['x', 'acme'],
      ],
    ),
  ).toEqual(['id       tenant', 'ocr-0-7  a', 'x        acme']);
});

describe('wrap', () => {
  it.each([
    ['one two three', 7, ['one two', 'three']],
    ['short', 7, ['short']],
    ['a verylongword b', 6, ['a', 'verylo', 'ngword', 'b']],
    ['', 7, ['']],
  ])('breaks "%s" at %d', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });
});
