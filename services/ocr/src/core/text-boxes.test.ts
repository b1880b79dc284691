import { expect, test } from 'vitest';
import { boxAround } from './quad.ts';
import { textBoxes } from './text-boxes.ts';

const page = { width: 200, height: 100 };

/** A map of half the page's size with one block of the given probability. */
function mapWith(block: { left: number; top: number; right: number; bottom: number }, probability: number) {
  const map = { width: 100, height: 50, data: new Float32Array(5000) };
  for (let y = block.top; y <= block.bottom; y += 1) {
    map.data.fill(probability, y * 100 + block.left, y * 100 + block.right + 1);
  }
  return map;
}

test('a marked core is expanded to its line, in pixels of the page', () => {
  const boxes = textBoxes(mapWith({ left: 20, top: 20, right: 60, bottom: 28 }, 0.9), page);
  expect(boxes.map((quad) => boxAround(quad, page))).toEqual([[32, 32, 130, 66]]);
});

test('areas of low probability are no lines', () => {
  expect(textBoxes(mapWith({ left: 20, top: 20, right: 60, bottom: 28 }, 0.3), page)).toEqual([]);
});

test('a tiny area is no line', () => {
  expect(textBoxes(mapWith({ left: 20, top: 20, right: 60, bottom: 21 }, 0.9), page)).toEqual([]);
});
