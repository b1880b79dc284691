import type { Blob } from './blobs.ts';

/** Side of the square that a letter is reduced to, in cells. */
export const shapeSide = 12;

/** Cells of a letter's shape. */
export const shapeCells = shapeSide * shapeSide;

/**
 * The shape of a letter: the share of ink in each cell of a square around it, row by row, in the letter's proportions.
 * `labels` has 1 + `index` at the letter's own pixels.
 */
export function letterShape(
  blob: Blob,
  index: number,
  { labels, widthPx }: { readonly labels: Int32Array; readonly widthPx: number },
): Float32Array {
  const [width, height] = [blob.right - blob.left, blob.bottom - blob.top];
  const side = Math.max(width, height);
  const [left, top] = [blob.left - (side - width) / 2, blob.top - (side - height) / 2];
  const shape = new Float32Array(shapeCells);
  const perPixel = (shapeSide / side) ** 2;
  for (let y = blob.top; y < blob.bottom; y += 1) {
    for (let x = blob.left; x < blob.right; x += 1) {
      if (labels[y * widthPx + x] === index + 1)
        addPixel(shape, (x - left) / side, (y - top) / side, side, perPixel);
    }
  }
  return shape;
}

/** Spreads a pixel over the cells that it covers; small letters have pixels larger than a cell. */
function addPixel(shape: Float32Array, x: number, y: number, side: number, perPixel: number): void {
  const size = shapeSide / side;
  const [fromX, fromY] = [x * shapeSide, y * shapeSide];
  for (let row = Math.floor(fromY); row < Math.min(shapeSide, fromY + size); row += 1) {
    const down = Math.min(row + 1, fromY + size) - Math.max(row, fromY);
    for (let column = Math.floor(fromX); column < Math.min(shapeSide, fromX + size); column += 1) {
      const across = Math.min(column + 1, fromX + size) - Math.max(column, fromX);
      const at = row * shapeSide + column;
      shape[at] = (shape[at] ?? 0) + down * across;
    }
  }
  void perPixel;
}

/** The shape of the same letter after the paper was turned clockwise by 90 degrees. */
export function turnedShape(shape: Float32Array): Float32Array {
  const turned = new Float32Array(shapeCells);
  for (let row = 0; row < shapeSide; row += 1) {
    for (let column = 0; column < shapeSide; column += 1) {
      turned[column * shapeSide + (shapeSide - 1 - row)] = shape[row * shapeSide + column] ?? 0;
    }
  }
  return turned;
}
