import type { InkMap } from './ink.ts';

/** A connected piece of ink; right and bottom are exclusive. */
export interface Blob {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Pixels of ink. */
  readonly area: number;
}

export interface Blobs {
  readonly blobs: readonly Blob[];
  /** Per pixel: 0 for paper, else 1 + index of its blob. */
  readonly labels: Int32Array;
}

/** Connected pieces of ink, neighbours in eight directions (two passes with union-find over runs). */
export function findBlobs(map: InkMap): Blobs {
  const { widthPx, heightPx, ink } = map;
  const runs: { y: number; from: number; to: number; label: number }[] = [];
  const parents: number[] = [];
  const root = (label: number): number => {
    let current = label;
    for (let up = parents[current] ?? current; up !== current; up = parents[current] ?? current) {
      parents[current] = parents[up] ?? up;
      current = up;
    }
    return current;
  };
  let above = 0;
  for (let y = 0; y < heightPx; y += 1) {
    const rowStart = runs.length;
    let candidate = above;
    for (let x = 0; x < widthPx; x += 1) {
      if (ink[y * widthPx + x] !== 1) continue;
      const from = x;
      while (x < widthPx && ink[y * widthPx + x] === 1) x += 1;
      let label = -1;
      // Runs of the row above that touch [from - 1, x + 1), corners included.
      while (candidate < rowStart && (runs[candidate]?.to ?? 0) < from) candidate += 1;
      for (let index = candidate; index < rowStart; index += 1) {
        const run = runs[index];
        if (run === undefined || run.from > x) break;
        const other = root(run.label);
        if (label === -1) label = other;
        else parents[other] = label;
      }
      if (label === -1) {
        label = parents.length;
        parents.push(label);
      }
      runs.push({ y, from, to: x, label: root(label) });
    }
    above = rowStart;
  }
  return collect(runs, { root, widthPx, heightPx });
}

function collect(
  runs: readonly { y: number; from: number; to: number; label: number }[],
  options: { root: (label: number) => number; widthPx: number; heightPx: number },
): Blobs {
  const { root, widthPx, heightPx } = options;
  const labels = new Int32Array(widthPx * heightPx);
  const numbers = new Map<number, number>();
  const blobs: { left: number; top: number; right: number; bottom: number; area: number }[] = [];
  for (const { y, from, to, label } of runs) {
    const owner = root(label);
    const number = numbers.get(owner) ?? blobs.length;
    labels.fill(number + 1, y * widthPx + from, y * widthPx + to);
    const blob = blobs[number];
    if (blob === undefined) {
      numbers.set(owner, number);
      blobs.push({ left: from, top: y, right: to, bottom: y + 1, area: to - from });
      continue;
    }
    blob.left = Math.min(blob.left, from);
    blob.right = Math.max(blob.right, to);
    blob.bottom = y + 1;
    blob.area += to - from;
  }
  return { blobs, labels };
}
