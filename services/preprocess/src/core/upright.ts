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

/** Largest skew that is searched, in degrees to both sides. */
export const maxSkewDegrees = 10;
const coarseStep = 0.5;
const fineStep = 0.1;

/**
 * Skew of upright text in degrees, positive when lines rise to the right (counter-clockwise). The feet of letters
 * fall into the fewest, fullest rows at the right angle (Baird, The Skew Angle of Printed Documents, 1987).
 * `gain`: how much fuller the rows are than without rotation; 1 for no gain.
 */
export function estimateSkew(text: TextBlobs): { degrees: number; gain: number } {
  const feet = text.blobs.map((blob) => ({ x: (blob.left + blob.right) / 2, y: blob.bottom }));
  const binPx = Math.max(1, text.heightPx * 0.35);
  const fullness = (degrees: number): number => rowFullness(feet, degrees, binPx);
  const straight = fullness(0);
  let best = { degrees: 0, value: straight };
  const tryAngles = (from: number, to: number, step: number): void => {
    for (let degrees = from; degrees <= to + 1e-9; degrees += step) {
      const value = fullness(degrees);
      if (value > best.value) best = { degrees, value };
    }
  };
  tryAngles(-maxSkewDegrees, maxSkewDegrees, coarseStep);
  const coarse = best.degrees;
  tryAngles(coarse - coarseStep, coarse + coarseStep, fineStep);
  return { degrees: Math.round(best.degrees * 10) / 10, gain: straight === 0 ? 1 : best.value / straight };
}

function rowFullness(feet: readonly { x: number; y: number }[], degrees: number, binPx: number): number {
  const slope = Math.tan((degrees * Math.PI) / 180);
  const rows = new Map<number, number>();
  for (const { x, y } of feet) {
    const row = Math.floor((y + x * slope) / binPx);
    rows.set(row, (rows.get(row) ?? 0) + 1);
  }
  let sum = 0;
  for (const count of rows.values()) sum += count * count;
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
