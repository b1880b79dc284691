/** A connected area of a map, as the leftmost and rightmost pixel of each of its rows from `top` on. */
export interface Outline {
  readonly top: number;
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/**
 * The areas (8-connected) where `map` exceeds `threshold`, found by joining touching runs of neighbouring rows. The row
 * ends are sufficient for a convex hull; holes do not matter.
 */
export function outlinesOf(
  map: Float32Array,
  size: { readonly width: number; readonly height: number },
  threshold: number,
): readonly Outline[] {
  const { rows, from, to, parents } = joinedRuns(map, size, threshold);
  const outlines = new Map<number, { top: number; left: number[]; right: number[] }>();
  for (let run = 0; run < rows.length; run += 1) {
    const root = rootOf(parents, run);
    const [row = 0, start = 0, end = 0] = [rows[run], from[run], to[run]];
    const outline = outlines.get(root) ?? { top: row, left: [], right: [] };
    outlines.set(root, outline);
    const index = row - outline.top;
    outline.left[index] = Math.min(outline.left[index] ?? start, start);
    outline.right[index] = Math.max(outline.right[index] ?? end, end);
  }
  return [...outlines.values()];
}

interface Runs {
  readonly rows: number[];
  readonly from: number[];
  readonly to: number[];
  /** Union-find over runs; a root is its own parent. */
  readonly parents: number[];
}

function joinedRuns(
  map: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  threshold: number,
): Runs {
  const runs: Runs = { rows: [], from: [], to: [], parents: [] };
  let above = 0;
  for (let row = 0; row < height; row += 1) {
    const firstOfRow = runs.rows.length;
    const offset = row * width;
    for (let x = 0; x < width; x += 1) {
      if ((map[offset + x] ?? 0) <= threshold) continue;
      const start = x;
      while (x + 1 < width && (map[offset + x + 1] ?? 0) > threshold) x += 1;
      runs.rows.push(row);
      runs.from.push(start);
      runs.to.push(x);
      runs.parents.push(runs.parents.length);
    }
    joinRows(runs, above, firstOfRow);
    above = firstOfRow;
  }
  return runs;
}

/** Joins the runs from `current` on with those of the row above, `above` up to `current`, where they touch. */
function joinRows({ rows, from, to, parents }: Runs, above: number, current: number): void {
  let upper = above;
  for (let run = current; run < rows.length; run += 1) {
    const [start = 0, end = 0, row = 0] = [from[run], to[run], rows[run]];
    while (upper < current && (to[upper] ?? 0) + 1 < start) upper += 1;
    for (let other = upper; other < current && (from[other] ?? 0) <= end + 1; other += 1) {
      if (rows[other] === row - 1) join(parents, run, other);
    }
  }
}

function join(parents: number[], a: number, b: number): void {
  const [rootA, rootB] = [rootOf(parents, a), rootOf(parents, b)];
  parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
}

function rootOf(parents: number[], index: number): number {
  let root = index;
  for (let parent = parents[root] ?? root; parent !== root; parent = parents[root] ?? root) {
    parents[root] = parents[parent] ?? parent;
    root = parent;
  }
  return root;
}
