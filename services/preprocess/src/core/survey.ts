import { findBlobs, type Blob } from './blobs.ts';
import { shrinkGrey, type GreyImage } from './grey.ts';
import { findInk } from './ink.ts';
import { textBlobs, type TextBlobs } from './text-blobs.ts';
import type { QuarterTurn } from './text-lines.ts';
import { besideShare, estimateSkew, feetOverHeads, maxSkewDegrees } from './upright.ts';

/** Longest side of the image that a page is judged on: letters of 8 pt keep about five pixels. */
const surveySidePx = 1_400;

/** Letters needed before a page is turned; fewer say too little. */
const fewestVotes = 60;

/** Share of letters with their neighbour beside them, below which a page lies on its side. */
const lyingShare = 0.35;

/** Feet over heads below which a page is upside down; the labelled upright pages all have more than 0.74. */
const upsideDown = 0.65;

/** Skew that is taken out, and how much better the rows must get by it. */
const leastSkewDegrees = 0.5;
const leastSkewGain = 1.15;

/** What a page looks like, as far as preparing it needs to know. */
export interface Survey {
  /** Clockwise turn that makes the page upright. */
  readonly turn: QuarterTurn;
  /** Skew of the page after that turn, counter-clockwise positive; 0 where none is to be taken out. */
  readonly skewDegrees: number;
  /** Blobs that may be letters, in an image `scale` times smaller than the page. */
  readonly textBlobs: readonly Blob[];
  readonly scale: number;
}

/** Finds out how a page lies (D-02) and where its letters are. */
export function surveyPage(grey: GreyImage): Survey {
  const small = shrinkGrey(grey, surveySidePx);
  const found = findBlobs(findInk(small));
  const text = textBlobs(found.blobs, Math.max(small.widthPx, small.heightPx));
  const { share, votes } = besideShare(text, found, small);
  const sure = votes >= fewestVotes;
  const lying = sure && share < lyingShare;
  const upright = lying ? turnedBlobs(text, small.heightPx) : text;
  const skew = sure ? estimateSkew(upright) : { degrees: 0, gain: 1 };
  const stands = sure ? feetOverHeads(upright, skew.degrees) : 1;
  return {
    turn: turnFor(lying, stands),
    skewDegrees: skewToTake(skew),
    textBlobs: text.blobs,
    scale: small.factor,
  };
}

/** A lying page was tried after a turn of 90 degrees; if it then stood on its head, it needs 270. */
function turnFor(lying: boolean, stands: number): QuarterTurn {
  if (lying) return stands < 1 ? 270 : 90;
  return stands < upsideDown ? 180 : 0;
}

function skewToTake({ degrees, gain }: { degrees: number; gain: number }): number {
  const size = Math.abs(degrees);
  // An angle at the end of the range is no peak.
  return size > leastSkewDegrees && size < maxSkewDegrees && gain >= leastSkewGain ? degrees : 0;
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
