import { expect, test } from 'vitest';
import {
  boxOf,
  fitted,
  focusedScale,
  pagePoint,
  shownBox,
  shownSize,
  turned,
  zoomed,
  type Box,
  type View,
} from './view.ts';

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

test('a page is enlarged until a small box is read well, and a large box is shown whole', () => {
  const room = { width: 800, height: 600 };
  expect(focusedScale([0, 0, 100, 20], room, 0.3)).toBeCloseTo(1.4);
  expect(focusedScale([0, 0, 100, 20], room, 1.8)).toBeCloseTo(1.8);
  expect(focusedScale([0, 0, 2_000, 20], room, 1)).toBeCloseTo(0.32);
  expect(focusedScale([0, 0, 100, 2], room, 1)).toBe(2);
});

test('a place on the screen is the point of the page that is shown there, however it is turned', () => {
  for (const quarterTurns of [0, 1, 2, 3] as const) {
    const view = { scale: 0.5, quarterTurns };
    const [left, top] = shownBox(view, page, [120, 200, 120, 200]);
    expect(pagePoint(view, page, [left, top])).toEqual([120, 200]);
  }
  expect(pagePoint(plain, page, [-5, 900])).toEqual([0, 800]);
});
