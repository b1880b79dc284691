import type { Blob, Blobs } from './blobs.ts';
import type { TextBlobs } from './text-blobs.ts';

/** Search distance for the next letter, in letter heights. */
const searchHeights = 8;

/**
 * Share of letters whose nearest neighbour is beside rather than below them: near 1 for upright text, near 0 for text
 * rotated by 90 degrees, because letters are closer to each other than lines are (also in monospaced print, where
 * projection profiles fail). `votes`: number of letters with a neighbour.
 */
export function besideShare(
  text: TextBlobs,
  all: Blobs,
  size: { widthPx: number; heightPx: number },
): { share: number; votes: number } {
  const reach = Math.ceil(text.heightPx * searchHeights);
  let beside = 0;
  let votes = 0;
  for (const blob of text.blobs) {
    const right = gapBeside(blob, all.labels, size, reach);
    const below = gapBelow(blob, all.labels, size, reach);
    if (right === below) continue;
    votes += 1;
    if (right < below) beside += 1;
  }
  return { share: votes === 0 ? 1 : beside / votes, votes };
}

const probes = [0.25, 0.5, 0.75] as const;

function gapBeside(blob: Blob, labels: Int32Array, size: { widthPx: number }, reach: number): number {
  let least = reach;
  for (const probe of probes) {
    const y = Math.floor(blob.top + (blob.bottom - blob.top) * probe);
    const end = Math.min(size.widthPx, blob.right + least);
    for (let x = blob.right; x < end; x += 1) {
      if (labels[y * size.widthPx + x] === 0) continue;
      least = x - blob.right;
      break;
    }
  }
  return least;
}

function gapBelow(
  blob: Blob,
  labels: Int32Array,
  size: { widthPx: number; heightPx: number },
  reach: number,
): number {
  let least = reach;
  for (const probe of probes) {
    const x = Math.floor(blob.left + (blob.right - blob.left) * probe);
    const end = Math.min(size.heightPx, blob.bottom + least);
    for (let y = blob.bottom; y < end; y += 1) {
      if (labels[y * size.widthPx + x] === 0) continue;
      least = y - blob.bottom;
      break;
    }
  }
  return least;
}

/** Largest skew that is searched, in degrees to both sides; beyond it columns are as good as rows. */
export const maxSkewDegrees = 40;
const coarseStep = 0.5;
const fineStep = 0.1;

/** Letters that are enough for the search in coarse steps. */
const coarseLetters = 1_200;

/**
 * Skew of upright text in degrees, positive when lines rise to the right (counter-clockwise). The feet of letters
 * fall into the fewest, fullest rows at the right angle (Baird, The Skew Angle of Printed Documents, 1987).
 * `gain`: how much fuller the rows are than without rotation; 1 for no gain.
 */
export function estimateSkew(text: TextBlobs): { degrees: number; gain: number } {
  const feet = text.blobs.map((blob) => ({ x: (blob.left + blob.right) / 2, y: blob.bottom }));
  const every = Math.ceil(feet.length / coarseLetters);
  const some = feet.filter((_, index) => index % every === 0);
  const binPx = Math.max(1, text.heightPx * 0.35);
  const coarse = fullest(some, binPx, { from: -maxSkewDegrees, to: maxSkewDegrees, step: coarseStep });
  const fine = { from: coarse - coarseStep, to: coarse + coarseStep, step: fineStep };
  const degrees = Math.round(fullest(feet, binPx, fine) * 10) / 10;
  const straight = rowFullness(feet, 0, binPx);
  const best = rowFullness(feet, degrees, binPx);
  if (straight === 0 || best <= straight) return { degrees: 0, gain: 1 };
  return { degrees, gain: best / straight };
}

type Points = readonly { readonly x: number; readonly y: number }[];

/** The angle of a range at which the rows are fullest; of equal ones the smallest. */
function fullest(
  points: Points,
  binPx: number,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
): number {
  let best = { degrees: 0, value: 0 };
  for (let degrees = from; degrees <= to + 1e-9; degrees += step) {
    const value = rowFullness(points, degrees, binPx);
    const isBetter =
      value > best.value || (value === best.value && Math.abs(degrees) < Math.abs(best.degrees));
    if (isBetter) best = { degrees, value };
  }
  return best.degrees;
}

/** Sum of the squares of the number of points in each row, rows being inclined by `degrees`. */
function rowFullness(points: Points, degrees: number, binPx: number): number {
  const slope = Math.tan((degrees * Math.PI) / 180);
  let [least, most] = [Infinity, -Infinity];
  for (const { x, y } of points) {
    const at = y + x * slope;
    if (at < least) least = at;
    if (at > most) most = at;
  }
  if (most < least) return 0;
  // Rows begin at multiples of their height, as they do at every other angle.
  const first = Math.floor(least / binPx);
  const rows = new Uint32Array(Math.floor(most / binPx) - first + 1);
  for (const { x, y } of points) {
    const row = Math.floor((y + x * slope) / binPx) - first;
    rows[row] = (rows[row] ?? 0) + 1;
  }
  let sum = 0;
  for (const count of rows) sum += count * count;
  return sum;
}

/**
 * How much better the bottoms of letters align in rows than their tops, at a skew of `degrees`: above 1 for upright text,
 * below 1 for text upside down. Most letters and all digits end at the baseline, fewer at one height, and full stops and
 * commas are at the baseline.
 */
export function feetOverHeads(text: TextBlobs, degrees: number): number {
  const binPx = Math.max(1, text.heightPx * 0.2);
  const middle = (blob: Blob): number => (blob.left + blob.right) / 2;
  const heads = text.blobs.map((blob) => ({ x: middle(blob), y: blob.top }));
  const feet = text.blobs.map((blob) => ({ x: middle(blob), y: blob.bottom }));
  const fullnessOfHeads = rowFullness(heads, degrees, binPx);
  return fullnessOfHeads === 0 ? 1 : rowFullness(feet, degrees, binPx) / fullnessOfHeads;
}
