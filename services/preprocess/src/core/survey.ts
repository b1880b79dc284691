import { findBlobs, type Blobs } from './blobs.ts';
import { shrinkGrey, type GreyImage } from './grey.ts';
import { turnOfLetters } from './letter-turn.ts';
import { rotateGrey } from './rotate-grey.ts';
import { findInk } from './ink.ts';
import { textBlobs, type TextBlobs } from './text-blobs.ts';
import type { QuarterTurn } from './text-lines.ts';
import { besideShare, estimateSkew, feetOverHeads, maxSkewDegrees } from './upright.ts';

/** Longest side of the surveyed image: letters of 8 pt keep about five pixels. */
const surveySidePx = 1_400;

/** Minimum letters for a decision about rotation. */
const minVotes = 60;

/** A page is rotated by a quarter turn when fewer letters than this share have their nearest neighbour beside them. */
const sidewaysShare = 0.35;

/** A page is upside down when `feetOverHeads` is lower; all labelled upright pages have more than 0.74. */
const upsideDown = 0.65;

/** Minimum skew that is corrected, and how much fuller the rows must become by it. */
const minSkewDegrees = 0.5;
const minSkewGain = 1.15;

/** The same for a skew at which neighbours and feet are no longer those of upright text: it is corrected before they are looked at. */
const largeSkewDegrees = 8;
const largeSkewGain = 1.5;

/** Rotation, skew and letters of a page image. */
export interface Survey {
  /** Clockwise rotation that makes the page upright. */
  readonly turn: QuarterTurn;
  /** Skew to correct after that rotation, in degrees, counter-clockwise positive; 0 for none. */
  readonly skewDegrees: number;
  /** Blobs that may be letters, in an image reduced by `scale`. */
  readonly textBlobs: TextBlobs;
  readonly scale: number;
}

/** Determines the rotation and skew of a page (D-02) and finds its letters. */
export function surveyPage(grey: GreyImage): Survey {
  const small = shrinkGrey(grey, surveySidePx);
  const first = measure(small);
  const letters = { textBlobs: first.text, scale: small.factor };
  const isLarge = Math.abs(first.skew.degrees) >= largeSkewDegrees && first.skew.gain >= largeSkewGain;
  if (!isLarge) {
    const { turn, skewDegrees } = orientationOf(small, first);
    return { turn: quarter(turn), skewDegrees, ...letters };
  }
  const before = first.sideways ? 90 : 0;
  const level = rotateGrey(small, before + first.skew.degrees);
  const { turn, skewDegrees } = orientationOf(level, measure(level));
  return { turn: quarter(before + turn), skewDegrees: first.skew.degrees + skewDegrees, ...letters };
}

function quarter(degrees: number): QuarterTurn {
  return ([0, 90, 180, 270] as const)[(degrees / 90) % 4] ?? 0;
}

interface Measures {
  readonly found: Blobs;
  readonly text: TextBlobs;
  /** By the neighbours of letters. */
  readonly sideways: boolean;
  /** Of the text after a turn that makes sideways text upright. */
  readonly skew: { readonly degrees: number; readonly gain: number };
  readonly isDecidable: boolean;
}

function measure(image: GreyImage): Measures {
  const found = findBlobs(findInk(image));
  const text = textBlobs(found.blobs, Math.max(image.widthPx, image.heightPx));
  const { share, votes } = besideShare(text, found, image);
  const isDecidable = votes >= minVotes;
  const sideways = isDecidable && share < sidewaysShare;
  const upright = sideways ? turnedBlobs(text, image.heightPx) : text;
  return { found, text, sideways, isDecidable, skew: isDecidable ? estimateSkew(upright) : noSkew };
}

const noSkew = { degrees: 0, gain: 1 } as const;

/** Rotation and skew of a page whose lines are nearly level or upright: from the shapes of its letters, else from how they stand. */
function orientationOf(
  image: GreyImage,
  { found, text, sideways, skew, isDecidable }: Measures,
): { readonly turn: QuarterTurn; readonly skewDegrees: number } {
  const turn = turnOfLetters(text, found, image.widthPx);
  const isTurned = turn === undefined ? sideways : turn === 90 || turn === 270;
  const upright = isTurned ? turnedBlobs(text, image.heightPx) : text;
  const ownSkew = isTurned === sideways ? skew : estimateSkew(upright);
  const feetRatio = isDecidable && turn === undefined ? feetOverHeads(upright, ownSkew.degrees) : 1;
  return { turn: turn ?? turnFor(isTurned, feetRatio), skewDegrees: skewToCorrect(ownSkew) };
}

/** A sideways page was measured after a rotation by 90 degrees; if it was upside down then, it needs 270. */
function turnFor(sideways: boolean, feetRatio: number): QuarterTurn {
  if (sideways) return feetRatio < 1 ? 270 : 90;
  return feetRatio < upsideDown ? 180 : 0;
}

function skewToCorrect({ degrees, gain }: { degrees: number; gain: number }): number {
  const size = Math.abs(degrees);
  // The end of the search range is not a maximum.
  return size > minSkewDegrees && size < maxSkewDegrees && gain >= minSkewGain ? degrees : 0;
}

function turnedBlobs(text: TextBlobs, heightPx: number): TextBlobs {
  const blobs = text.blobs.map(({ left, top, right, bottom, area }) => ({
    left: heightPx - bottom,
    top: left,
    right: heightPx - top,
    bottom: right,
    area,
  }));
  return { blobs, heightPx: text.heightPx };
}
