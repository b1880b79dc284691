import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outlinesOf } from './outlines.ts';

const mapOf = (...rows: string[]) => ({
  map: Float32Array.from(rows.join('').split(''), (mark) => (mark === '#' ? 0.9 : 0.1)),
  size: { width: rows[0]?.length ?? 0, height: rows.length },
});

test('areas that touch at a corner are joined, others are not', () => {
  const { map, size } = mapOf('##...#', '..#..#', '......', '.####.');
  expect(outlinesOf(map, size, 0.5)).toEqual([
    { top: 0, left: [0, 2], right: [1, 2] },
    { top: 0, left: [5, 5], right: [5, 5] },
    { top: 3, left: [1], right: [4] },
  ]);
});

test('two branches that meet further down are one area', () => {
  const { map, size } = mapOf('#...#', '#...#', '#####');
  expect(outlinesOf(map, size, 0.5)).toEqual([{ top: 0, left: [0, 0, 0], right: [4, 4, 4] }]);
});

test('an empty map has no area', () => {
  expect(outlinesOf(new Float32Array(12), { width: 4, height: 3 }, 0.5)).toEqual([]);
});

test('finds the same areas as a flood fill', () => {
  const grid = fc.array(fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }), {
    minLength: 1,
    maxLength: 9,
  });
  fc.assert(
    fc.property(grid, (cells) => {
      const { map, size } = mapOf(...cells.map((row) => row.map((on) => (on ? '#' : '.')).join('')));
      expect(new Set(outlinesOf(map, size, 0.5).map(signature))).toEqual(
        new Set(flooded(cells).map(signature)),
      );
    }),
  );
});

function signature(outline: { top: number; left: readonly number[]; right: readonly number[] }): string {
  return JSON.stringify([outline.top, outline.left, outline.right]);
}

/** Reference implementation: flood fill. */
function flooded(cells: boolean[][]): { top: number; left: number[]; right: number[] }[] {
  const rest = cells.map((row) => [...row]);
  const areas: { top: number; left: number[]; right: number[] }[] = [];
  for (const [y, row] of rest.entries()) {
    for (const x of row.keys()) {
      if (row[x] !== true) continue;
      const pixels: [number, number][] = [];
      const open: [number, number][] = [[x, y]];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const [px, py] = next;
        const line = rest[py];
        if (line?.[px] !== true) continue;
        line[px] = false;
        pixels.push(next);
        for (const dy of [-1, 0, 1]) for (const dx of [-1, 0, 1]) open.push([px + dx, py + dy]);
      }
      const top = Math.min(...pixels.map(([, py]) => py));
      const bottom = Math.max(...pixels.map(([, py]) => py));
      const rows = Array.from({ length: bottom - top + 1 }, (_, index) =>
        pixels.filter(([, py]) => py === top + index).map(([px]) => px),
      );
      areas.push({
        top,
        left: rows.map((xs) => Math.min(...xs)),
        right: rows.map((xs) => Math.max(...xs)),
      });
    }
  }
  return areas;
}
