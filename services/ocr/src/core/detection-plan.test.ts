import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planDetection } from './detection-plan.ts';

test('an ordinary page is one tile with its longest side at 960', () => {
  expect(planDetection(1654, 2339)).toEqual({
    width: 672,
    height: 960,
    along: 'y',
    tiles: [{ start: 0, length: 960, keepFrom: 0, keepTo: 960 }],
  });
});

test('a small page is not enlarged', () => {
  expect(planDetection(320, 448)).toMatchObject({ width: 320, height: 448 });
});

test('a tall receipt keeps its width and is split into overlapping tiles', () => {
  expect(planDetection(1000, 4000)).toEqual({
    width: 480,
    height: 1920,
    along: 'y',
    tiles: [
      { start: 0, length: 736, keepFrom: 0, keepTo: 672 },
      { start: 608, length: 736, keepFrom: 64, keepTo: 656 },
      { start: 1184, length: 736, keepFrom: 80, keepTo: 736 },
    ],
  });
});

test('any page is covered exactly once, in tiles of bounded size', () => {
  const side = fc.integer({ min: 1, max: 60_000 });
  fc.assert(
    fc.property(side, side, (widthPx, heightPx) => {
      const { width, height, along, tiles } = planDetection(widthPx, heightPx);
      let covered = 0;
      for (const { start, length, keepFrom, keepTo } of tiles) {
        expect(start + keepFrom).toBe(covered);
        expect(keepTo).toBeLessThanOrEqual(length);
        covered = start + keepTo;
        expect(length * Math.min(width, height)).toBeLessThanOrEqual(1104 * 960);
        expect(length % 32).toBe(0);
      }
      expect(covered).toBe(along === 'x' ? width : height);
    }),
  );
});
