import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitPlane } from './fit-plane.ts';

const numbers = fc.integer({ min: -1_000, max: 1_000 });

it('finds the plane that points lie on, as soon as they outweigh the assumption', () => {
  const points = [0, 10, 20, 30].flatMap((x) => [0, 5, 10].map((y) => ({ x, y, value: 2 * x + 3 * y + 7 })));
  const { first, second } = fitPlane(points, { first: 1, second: 0, weight: 1e-9 });
  expect([first, second]).toEqual([expect.closeTo(2), expect.closeTo(3)]);
  expect(fitPlane(points, { first: 1, second: 0, weight: 1e12 }).first).toBeCloseTo(1);
});

it('is the assumption without points', () => {
  expect(fitPlane([], { first: 1, second: 0, weight: 5 })).toEqual({ first: 1, second: 0 });
});

it('has no slope below 0, whatever the points', () => {
  const points = fc.array(fc.record({ x: numbers, y: numbers, value: numbers }), { maxLength: 20 });
  fc.assert(
    fc.property(points, (given) => {
      const { first, second } = fitPlane(given, { first: 1, second: 0, weight: 10 });
      expect(first).toBeGreaterThanOrEqual(0);
      expect(second).toBeGreaterThanOrEqual(0);
    }),
  );
});
