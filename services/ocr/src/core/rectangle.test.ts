import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outline } from './outlines.ts';
import { cornersOf, grown, smallestRectangle } from './rectangle.ts';

const rounded = (points: readonly { x: number; y: number }[]): number[][] =>
  points.map(({ x, y }) => [Math.round(x * 100) / 100, Math.round(y * 100) / 100]);

test('an upright block gives the same rectangle', () => {
  const rectangle = smallestRectangle({ top: 2, left: [1, 1, 1], right: [9, 9, 9] });
  expect(rounded(cornersOf(rectangle))).toEqual([
    [1, 2],
    [9, 2],
    [9, 4],
    [1, 4],
  ]);
});

test('a diagonal strip gives a rotated rectangle much smaller than its bounding box', () => {
  const rows = [...Array(20).keys()];
  const { width, height } = smallestRectangle({ top: 0, left: rows, right: rows.map((row) => row + 2) });
  expect(width * height).toBeLessThan(60);
});

test('a single pixel has no extent, and grows by the same amount on every side', () => {
  const point = smallestRectangle({ top: 5, left: [4], right: [4] });
  expect([point.width, point.height, point.centre]).toEqual([0, 0, { x: 4, y: 5 }]);
  expect(rounded(cornersOf(grown(point, 2)))).toEqual([
    [2, 3],
    [6, 3],
    [6, 7],
    [2, 7],
  ]);
});

const outlines: fc.Arbitrary<Outline> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 })), {
    minLength: 1,
    maxLength: 20,
  })
  .map((rows) => ({
    top: 3,
    left: rows.map(([a, b]) => Math.min(a, b)),
    right: rows.map(([a, b]) => Math.max(a, b)),
  }));

test('every pixel is inside, and the area is at most that of the bounding box', () => {
  fc.assert(
    fc.property(outlines, (outline) => {
      const { centre, width, height, along } = smallestRectangle(outline);
      for (const [row, left] of outline.left.entries()) {
        for (const x of [left, outline.right[row] ?? left]) {
          const [dx, dy] = [x - centre.x, outline.top + row - centre.y];
          expect(Math.abs(dx * along.x + dy * along.y)).toBeLessThanOrEqual(width / 2 + 1e-6);
          expect(Math.abs(dy * along.x - dx * along.y)).toBeLessThanOrEqual(height / 2 + 1e-6);
        }
      }
      const boxWidth = Math.max(...outline.right) - Math.min(...outline.left);
      expect(width * height).toBeLessThanOrEqual(boxWidth * (outline.left.length - 1) + 1e-6);
    }),
  );
});
