import { FailureError, type Box } from '@docfleet/domain';

/** Resolution of rendered pages: the recogniser works on lines of 48 px, and 10 pt text has 28 px at 200 dpi. */
export const renderDpi = 200;

/** Maximum pixels of a page image, larger ones are reduced; A3 at 200 dpi has 7.7 million. */
export const maxImagePixels = 9_000_000;

/** Maximum side of a page image, within the limits of JPEG and of the detector's tiles. */
export const maxImageSidePx = 12_000;

const pointsPerInch = 72;

/** Images with a shorter side hold no text. */
const minSidePx = 8;

/** A page side of this length (3.5 km) is damaged data, not a size. */
const impossiblePt = 10_000_000;

export interface PageSize {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly dpi: number;
}

/** A page with a shorter longest side, in pixels at 200 dpi, is small: A5 has 1,654. */
const smallSidePx = 1_600;

/** Longest side, in pixels, up to which a small page is enlarged: that of A4 at 200 dpi. */
const enlargedSidePx = 2_339;

/** Letters of the text layer that are lower than this on the drawing are too small to be read from it, in pixels. */
const minLetterPx = 7;

/** How fine the content of a page is. */
export interface PageDetail {
  /** Pixels per point of its largest picture; 0 where it has none. */
  readonly pixelsPerPt: number;
  /** Median height of its letters, in points; 0 where it has no text. */
  readonly letterPt: number;
}

/** The detail of a page from its pictures and the heights of its letters, in points. */
export function detailOf(
  pictures: readonly { readonly box: Box; readonly widthPx: number; readonly heightPx: number }[],
  letterHeightsPt: readonly number[],
): PageDetail {
  const [largest] = pictures.toSorted((a, b) => areaOf(b.box) - areaOf(a.box));
  const area = largest === undefined ? 0 : areaOf(largest.box);
  const heights = letterHeightsPt.toSorted((a, b) => a - b);
  return {
    pixelsPerPt:
      largest === undefined || !(area > 0) ? 0 : Math.sqrt((largest.widthPx * largest.heightPx) / area),
    letterPt: heights[heights.length >> 1] ?? 0,
  };
}

const areaOf = ([left, bottom, right, top]: Box): number => Math.abs((right - left) * (top - bottom));

/**
 * Size of the rendering of a page of `widthPt` x `heightPt` points: 200 dpi, as far as the bounds of a page image allow;
 * long narrow pages (till rolls) keep it. A point is not a length that can be trusted: a page may be given in another unit
 * (UserUnit, ISO 32000-1, 14.11.2), and a picture may be placed at any size. So a small page is enlarged until its picture
 * has its own pixels, or its letters can be read.
 *
 * @throws FailureError `DOC_CORRUPT` for a page without area, `PAGE_TOO_LARGE` for one with more than `maxPagePixels` points
 */
export function renderSize(
  { widthPt, heightPt, page }: { readonly widthPt: number; readonly heightPt: number; readonly page: number },
  detail: PageDetail,
  maxPagePixels: number,
): PageSize {
  if (!(widthPt > 0 && heightPt > 0 && Math.max(widthPt, heightPt) < impossiblePt)) {
    throw new FailureError('DOC_CORRUPT', { page });
  }
  checkImageSize(Math.ceil(widthPt), Math.ceil(heightPt), maxPagePixels, page);
  const plain = renderDpi / pointsPerInch;
  const wanted = plain * enlargement(Math.max(widthPt, heightPt) * plain, plain, detail);
  const scale = wanted * shrinkFactor(widthPt * wanted, heightPt * wanted);
  return {
    widthPx: Math.max(1, Math.round(widthPt * scale)),
    heightPx: Math.max(1, Math.round(heightPt * scale)),
    dpi: Math.round(scale * pointsPerInch * 10) / 10,
  };
}

function enlargement(longSidePx: number, scale: number, { pixelsPerPt, letterPt }: PageDetail): number {
  if (longSidePx >= smallSidePx) return 1;
  const ofPicture = pixelsPerPt / scale;
  const ofLetters = letterPt > 0 ? minLetterPx / (letterPt * scale) : 0;
  return Math.max(1, Math.min(Math.max(ofPicture, ofLetters), enlargedSidePx / longSidePx));
}

/** Whether an image is too small to hold text. */
export function isTooSmallForText(widthPx: number, heightPx: number): boolean {
  return Math.min(widthPx, heightPx) < minSidePx;
}

/** Factor, at most 1, that brings an image within the bounds of a page image. */
export function shrinkFactor(widthPx: number, heightPx: number): number {
  return Math.min(
    1,
    Math.sqrt(maxImagePixels / (widthPx * heightPx)),
    maxImageSidePx / Math.max(widthPx, heightPx),
  );
}

/** @throws FailureError `PAGE_TOO_LARGE` for an image, or a page at a pixel a point, with more than `maxPagePixels` */
export function checkImageSize(widthPx: number, heightPx: number, maxPagePixels: number, page: number): void {
  if (widthPx * heightPx > maxPagePixels) {
    throw new FailureError('PAGE_TOO_LARGE', { page, limit: maxPagePixels, actual: widthPx * heightPx });
  }
}
