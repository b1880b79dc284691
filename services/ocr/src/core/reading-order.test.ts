import type { Box } from '@docfleet/domain';
import { expect, test } from 'vitest';
import { inReadingOrder, type PlacedPiece } from './reading-order.ts';

const piece = (text: string, box: Box, slope = 0): PlacedPiece => ({
  line: { text, box, confidence: 1, words: [{ text, box, confidence: 1 }] },
  slope,
});

const textsOf = (pieces: readonly PlacedPiece[]): string[] => inReadingOrder(pieces).map(({ text }) => text);

test('rows are ordered from the top, pieces of a row from the left', () => {
  const pieces = [
    piece('price', [200, 52, 240, 72]),
    piece('title', [10, 10, 100, 30]),
    piece('item', [10, 50, 60, 70]),
  ];
  expect(textsOf(pieces)).toEqual(['title', 'item', 'price']);
});

test('pieces that are close are one line with all words', () => {
  const [line, ...rest] = inReadingOrder([piece('SDN', [62, 10, 90, 30]), piece('ABC', [10, 11, 55, 31])]);
  expect(rest).toEqual([]);
  expect(line).toMatchObject({ text: 'ABC SDN', box: [10, 10, 90, 31], confidence: 1 });
});

test('no pieces, no lines', () => {
  expect(inReadingOrder([])).toEqual([]);
});

/** A piece of 20 px height from `left` to `right` on a line whose middle is at `y(x)`. */
function pieceOn(
  text: string,
  [left, right]: readonly [number, number],
  y: (x: number) => number,
): PlacedPiece {
  const slope = (y(right) - y(left)) / (right - left);
  const [top, bottom] = [Math.min(y(left), y(right)) - 10, Math.max(y(left), y(right)) + 10];
  return piece(text, [left, top, right, bottom], slope);
}

const rowsOf = (y: (row: number) => (x: number) => number): PlacedPiece[] =>
  [1, 2, 3, 4].flatMap((row) => [
    pieceOn(`item ${String(row)}`, [10, 210], y(row)),
    pieceOn(`each ${String(row)}`, [300, 380], y(row)),
    pieceOn(`sum ${String(row)}`, [480, 540], y(row)),
  ]);

const inRows = [1, 2, 3, 4].flatMap((row) => [
  `item ${String(row)}`,
  `each ${String(row)}`,
  `sum ${String(row)}`,
]);

test.each([
  ['that rise to the right', (row: number) => (x: number) => 200 + row * 30 - x * 0.1],
  ['that fall to the right', (row: number) => (x: number) => row * 30 + x * 0.12],
  ['that are bent', (row: number) => (x: number) => row * 30 + ((x - 275) / 60) ** 2],
  ['that run apart, as seen from one side', (row: number) => (x: number) => 100 + row * (30 + x * 0.03)],
])('rows of a photograph %s stay rows', (_name, y) => {
  expect(textsOf(rowsOf(y))).toEqual(inRows);
});
