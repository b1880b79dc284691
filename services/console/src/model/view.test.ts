import { expect, test } from 'vitest';
import { boxOf, fitted, shownBox, shownSize, turned, zoomed, type Box, type View } from './view.ts';

const plain: View = { scale: 1, quarterTurns: 0 };
const page = { width: 600, height: 800 };

test('zooming in and out again changes nothing, and has limits', () => {
  expect(zoomed(zoomed(plain, 'in'), 'out')).toEqual(plain);
  let far = plain;
  for (let count = 0; count < 50; count += 1) far = zoomed(far, 'in');
  expect(far.scale).toBe(8);
});

test('a page fits the width of its room, also when it lies on its side', () => {
  expect(fitted(plain, page, { width: 300 }).scale).toBe(0.5);
  expect(fitted(turned(plain), page, { width: 400 }).scale).toBe(0.5);
  expect(shownSize({ scale: 0.5, quarterTurns: 1 }, page)).toEqual({ width: 400, height: 300 });
});

test('a box turns with its page', () => {
  const box: Box = [0, 0, 100, 50];
  const places = [0, 1, 2, 3].map((turns) =>
    shownBox({ scale: 1, quarterTurns: turns as View['quarterTurns'] }, page, box),
  );
  expect(places).toEqual([
    [0, 0, 100, 50],
    [750, 0, 800, 100],
    [500, 750, 600, 800],
    [0, 500, 50, 600],
  ]);
});

test('four turns are none', () => {
  expect(turned(turned(turned(turned(plain))))).toEqual(plain);
});

test('a list that is no box is none', () => {
  expect([boxOf([1, 2, 3, 4]), boxOf([1, 2])]).toEqual([[1, 2, 3, 4], undefined]);
});
