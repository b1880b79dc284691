import { FailureError } from '@docfleet/domain';

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

/**
 * Size of the rendering of a page of `widthPt` x `heightPt` points. Large pages are rendered at a lower resolution; long
 * narrow ones (till rolls) are not.
 *
 * @throws FailureError `PAGE_TOO_LARGE` when the page at full resolution has more than `maxPagePixels`, `DOC_CORRUPT` for
 *   a page without area
 */
export function renderSize(widthPt: number, heightPt: number, maxPagePixels: number, page: number): PageSize {
  if (!(widthPt > 0 && heightPt > 0 && Math.max(widthPt, heightPt) < impossiblePt)) {
    throw new FailureError('DOC_CORRUPT', { page });
  }
  const full = renderDpi / pointsPerInch;
  const fullPixels = Math.ceil(widthPt * full * heightPt * full);
  if (fullPixels > maxPagePixels) {
    throw new FailureError('PAGE_TOO_LARGE', { page, limit: maxPagePixels, actual: fullPixels });
  }
  const scale = full * shrinkFactor(widthPt * full, heightPt * full);
  return {
    widthPx: Math.max(1, Math.round(widthPt * scale)),
    heightPx: Math.max(1, Math.round(heightPt * scale)),
    dpi: Math.round(scale * pointsPerInch * 10) / 10,
  };
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

/** @throws FailureError `PAGE_TOO_LARGE` for an image whose header states more than `maxPagePixels` */
export function checkImageSize(widthPx: number, heightPx: number, maxPagePixels: number, page: number): void {
  if (widthPx * heightPx > maxPagePixels) {
    throw new FailureError('PAGE_TOO_LARGE', { page, limit: maxPagePixels, actual: widthPx * heightPx });
  }
}
