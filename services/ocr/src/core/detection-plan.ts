/** Longest side of a detector input, in pixels: 1280 finds no more, 640 loses one word in a hundred. */
const longestSide = 960;
/** Overlap of neighbouring tiles, in pixels, so that no line is cut in both. */
const overlap = 128;
/** Above this ratio of sides a page is tiled instead of reduced, because receipts have any length. */
const tallestRatio = 2;
/** Input sizes are multiples of this: the detector halves its input five times. */
const step = 32;

/** A section of the long axis for one detector run. `keepFrom` and `keepTo` count from `start`. */
export interface Tile {
  readonly start: number;
  readonly length: number;
  readonly keepFrom: number;
  readonly keepTo: number;
}

/** How a page becomes detector inputs: resized to `width` x `height`, then split along its long axis. */
export interface DetectionPlan {
  readonly width: number;
  readonly height: number;
  readonly along: 'x' | 'y';
  readonly tiles: readonly Tile[];
}

/** Plans the detector's input for a page of the given size in pixels; never enlarges beyond a multiple of 32. */
export function planDetection(widthPx: number, heightPx: number): DetectionPlan {
  const long = Math.max(widthPx, heightPx);
  const short = Math.min(widthPx, heightPx);
  const wanted = long <= tallestRatio * short ? longestSide / long : longestSide / tallestRatio / short;
  const scale = Math.min(1, wanted);
  const width = toStep(widthPx * scale);
  const height = toStep(heightPx * scale);
  const along = width > height ? 'x' : 'y';
  return { width, height, along, tiles: tilesOf(along === 'x' ? width : height) };
}

/** Equal tiles over `length` pixels; in an overlap each tile keeps the half that is nearer to its centre. */
function tilesOf(length: number): readonly Tile[] {
  if (length <= longestSide * 1.15) return [{ start: 0, length, keepFrom: 0, keepTo: length }];
  const count = Math.ceil((length - overlap) / (longestSide - overlap));
  const size = Math.ceil((length + overlap * (count - 1)) / count / step) * step;
  const starts = Array.from({ length: count }, (_, index) =>
    Math.min(length - size, Math.round((index * (length - size)) / (count - 1) / step) * step),
  );
  return starts.map((start, index) => {
    const next = starts[index + 1];
    const previous = starts[index - 1];
    return {
      start,
      length: size,
      keepFrom: previous === undefined ? 0 : Math.floor((previous + size - start) / 2),
      keepTo: next === undefined ? size : Math.floor((next - start + size) / 2),
    };
  });
}

function toStep(length: number): number {
  return Math.max(step, Math.round(length / step) * step);
}
