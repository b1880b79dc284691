import type { Blob, Blobs } from './blobs.ts';

/** The blobs that may be letters or words, and their median height. */
export interface TextBlobs {
  readonly blobs: readonly Blob[];
  /** Median height of a letter, in pixels of the ink map; 0 when there are none. */
  readonly heightPx: number;
}

/** Minimum ink and side of a letter, in pixels; smaller blobs are noise. */
const minArea = 6;
const minSidePx = 3;

/** Maximum height of a letter, as a share of the image's longest side. */
const maxSideShare = 0.08;

/** Removes noise, rules, pictures and frames: the remaining blobs are about as high as the median letter. */
export function textBlobs(all: Blobs['blobs'], longestSidePx: number): TextBlobs {
  const maxSide = Math.max(12, longestSidePx * maxSideShare);
  const candidates = all.filter((blob) => {
    const width = blob.right - blob.left;
    const height = blob.bottom - blob.top;
    const shortest = Math.min(width, height);
    return (
      blob.area >= minArea && Math.max(width, height) >= minSidePx && shortest >= 1 && shortest <= maxSide
    );
  });
  // The shorter side is the letter's height for horizontal and for vertical text.
  const heights = candidates
    .map((blob) => Math.min(blob.right - blob.left, blob.bottom - blob.top))
    .filter((height) => height >= minSidePx)
    .sort((a, b) => a - b);
  const heightPx = heights[heights.length >> 1] ?? 0;
  const blobs = candidates.filter((blob) => {
    const width = blob.right - blob.left;
    const height = blob.bottom - blob.top;
    const [shortest, longest] = width < height ? [width, height] : [height, width];
    return (
      shortest <= heightPx * 4 &&
      longest >= heightPx * 0.6 &&
      longest <= heightPx * 40 &&
      shortest * 25 >= longest
    );
  });
  return { blobs, heightPx };
}
