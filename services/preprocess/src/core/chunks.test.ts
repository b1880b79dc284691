import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf } from './chunks.ts';

describe('chunksOf', () => {
  it('leaves out what is done', () => {
    expect(chunksOf(9, new Set([1, 2, 5]), 3)).toEqual([
      { firstPage: 3, count: 2 },
      { firstPage: 6, count: 3 },
      { firstPage: 9, count: 1 },
    ]);
  });

  it('names every page that is left exactly once (M-16)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 60 })),
        fc.integer({ min: 1, max: 9 }),
        (pageCount, done, size) => {
          const chunks = chunksOf(pageCount, new Set(done), size);
          const named = chunks.flatMap(({ firstPage, count }) =>
            Array.from({ length: count }, (_, i) => firstPage + i),
          );
          const left = Array.from({ length: pageCount }, (_, i) => i + 1).filter(
            (page) => !done.includes(page),
          );
          expect(named).toEqual(left);
          expect(Math.max(0, ...chunks.map((chunk) => chunk.count))).toBeLessThanOrEqual(size);
        },
      ),
    );
  });
});
