import type { GreyImage } from './grey.ts';

/** Binarised image: 1 for ink, 0 for paper, row by row. */
export interface InkMap {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly ink: Uint8Array;
}

/** Half the side of the neighbourhood whose mean a pixel is compared with, in pixels. */
const reach = 15;

/** How much darker than the neighbourhood's mean ink is: the greater of a share of the mean and a number of grey levels. */
const darkerShare = 0.15;
const darkerLevels = 14;

/** Ink by comparison with the local mean (Bradley and Roth, Adaptive Thresholding Using the Integral Image, 2007). */
export function findInk(image: GreyImage): InkMap {
  const { widthPx, heightPx, pixels } = image;
  const ink = new Uint8Array(widthPx * heightPx);
  // Column sums over the rows of the window move down with it; a running sum moves along the row.
  const columns = new Uint32Array(widthPx);
  const addRow = (y: number, sign: 1 | -1): void => {
    const start = y * widthPx;
    for (let x = 0; x < widthPx; x += 1) columns[x] = (columns[x] ?? 0) + sign * (pixels[start + x] ?? 0);
  };
  for (let y = 0; y < Math.min(reach, heightPx); y += 1) addRow(y, 1);
  for (let y = 0; y < heightPx; y += 1) {
    if (y + reach < heightPx) addRow(y + reach, 1);
    if (y - reach - 1 >= 0) addRow(y - reach - 1, -1);
    const rows = Math.min(y + reach, heightPx - 1) - Math.max(y - reach, 0) + 1;
    let sum = 0;
    for (let x = 0; x < Math.min(reach, widthPx); x += 1) sum += columns[x] ?? 0;
    for (let x = 0; x < widthPx; x += 1) {
      if (x + reach < widthPx) sum += columns[x + reach] ?? 0;
      if (x - reach - 1 >= 0) sum -= columns[x - reach - 1] ?? 0;
      const across = Math.min(x + reach, widthPx - 1) - Math.max(x - reach, 0) + 1;
      const mean = sum / (rows * across);
      const margin = Math.max(mean * darkerShare, darkerLevels);
      if ((pixels[y * widthPx + x] ?? 0) < mean - margin) ink[y * widthPx + x] = 1;
    }
  }
  return { widthPx, heightPx, ink };
}
