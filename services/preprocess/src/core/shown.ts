import type { Box } from '@docfleet/domain';
import type { GreyImage } from './grey.ts';

/** Minimum difference of brightness that a reader of the page sees. */
const minContrast = 24;

/** Whether two drawings of one page differ within a box; nothing outside the page does. */
export function differsIn(box: Box, one: GreyImage, other: GreyImage): boolean {
  const { widthPx, heightPx } = one;
  const left = Math.max(0, Math.floor(box[0] - 1));
  const right = Math.min(widthPx, Math.ceil(box[2] + 1));
  const bottom = Math.min(heightPx, Math.ceil(box[3] + 1));
  for (let y = Math.max(0, Math.floor(box[1] - 1)); y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const at = y * widthPx + x;
      if (Math.abs((one.pixels[at] ?? 0) - (other.pixels[at] ?? 0)) >= minContrast) return true;
    }
  }
  return false;
}

/** Every how many pixels a box is looked at, in both directions. */
const sampleStep = 4;

/** Whether nothing is seen in a box. */
export function isBlank(box: Box, { widthPx, heightPx, pixels }: GreyImage): boolean {
  let [darkest, lightest] = [255, 0];
  const [right, bottom] = [Math.min(widthPx, box[2]), Math.min(heightPx, box[3])];
  for (let y = Math.max(0, Math.floor(box[1])); y < bottom; y += sampleStep) {
    for (let x = Math.max(0, Math.floor(box[0])); x < right; x += sampleStep) {
      const value = pixels[y * widthPx + x] ?? 0;
      if (value < darkest) darkest = value;
      if (value > lightest) lightest = value;
    }
  }
  return lightest - darkest < minContrast;
}
