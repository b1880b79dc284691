import type { Blob } from './blobs.ts';

/** Side of the square that a letter is reduced to, in cells. */
export const shapeSide = 12;

/** Cells of a letter's shape. */
export const shapeCells = shapeSide * shapeSide;

/**
 * The shape of a letter: the share of ink in each cell of the square around it, row by row. `labels` has `label` at the
 * letter's own pixels.
 */
export function letterShape(
  blob: Blob,
  label: number,
  { labels, widthPx }: { readonly labels: Int32Array; readonly widthPx: number },
): Float32Array {
  const [width, height] = [blob.right - blob.left, blob.bottom - blob.top];
  const side = Math.max(width, height);
  const size = shapeSide / side;
  const [left, top] = [blob.left - (side - width) / 2, blob.top - (side - height) / 2];
  const shape = new Float32Array(shapeCells);
  for (let y = blob.top; y < blob.bottom; y += 1) {
    for (let x = blob.left; x < blob.right; x += 1) {
      if (labels[y * widthPx + x] === label) addInk(shape, (x - left) * size, (y - top) * size, size);
    }
  }
  return shape;
}

/** Adds a square of ink of `size` cells to the cells that it covers: pixels of small letters are larger than a cell. */
function addInk(shape: Float32Array, x: number, y: number, size: number): void {
  for (let row = Math.floor(y); row < Math.min(shapeSide, y + size); row += 1) {
    const down = Math.min(row + 1, y + size) - Math.max(row, y);
    for (let column = Math.floor(x); column < Math.min(shapeSide, x + size); column += 1) {
      const across = Math.min(column + 1, x + size) - Math.max(column, x);
      const at = row * shapeSide + column;
      shape[at] = (shape[at] ?? 0) + down * across;
    }
  }
}

/** The shape after the paper was turned clockwise by 90 degrees. */
export function turnedShape(shape: Float32Array): Float32Array {
  const turned = new Float32Array(shapeCells);
  for (let row = 0; row < shapeSide; row += 1) {
    for (let column = 0; column < shapeSide; column += 1) {
      turned[column * shapeSide + (shapeSide - 1 - row)] = shape[row * shapeSide + column] ?? 0;
    }
  }
  return turned;
}
