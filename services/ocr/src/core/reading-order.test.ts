import type { Box, Line } from '@docfleet/domain';
import { expect, test } from 'vitest';
import { inReadingOrder } from './reading-order.ts';

const piece = (text: string, box: Box): Line => ({
  text,
  box,
  confidence: 1,
  words: [{ text, box, confidence: 1 }],
});

test('rows are ordered from the top, pieces of a row from the left', () => {
  const lines = inReadingOrder([
    piece('price', [200, 52, 240, 72]),
    piece('title', [10, 10, 100, 30]),
    piece('item', [10, 50, 60, 70]),
  ]);
  expect(lines.map(({ text }) => text)).toEqual(['title', 'item', 'price']);
});

test('pieces that are close are one line with all words', () => {
  const [line, ...rest] = inReadingOrder([piece('SDN', [62, 10, 90, 30]), piece('ABC', [10, 11, 55, 31])]);
  expect(rest).toEqual([]);
  expect(line).toMatchObject({ text: 'ABC SDN', box: [10, 10, 90, 31], confidence: 1 });
});

test('no pieces, no lines', () => {
  expect(inReadingOrder([])).toEqual([]);
});
