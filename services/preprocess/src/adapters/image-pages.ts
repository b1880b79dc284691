import sharp, { type Metadata, type Sharp } from 'sharp';
import { FailureError } from '@docfleet/domain';
import { isNearlyBilevel, type GreyImage } from '../core/grey.ts';
import type { RenderedPage, RenderedPages, PageRequest } from '../core/page.ts';
import { checkImageSize, isTooSmallForText, shrinkFactor } from '../core/page-size.ts';
import { surveyPage, type Survey } from '../core/survey.ts';
import { encodePage, straighten, type EncodedImage, type Straightening } from './encode.ts';

/** Longest side of the reduced image that is surveyed; JPEG decodes to it at a fraction of the cost. */
const surveySidePx = 1_400;

/** Letters that the decodable part of a damaged image must show, else the image is `DOC_CORRUPT`. */
const minLettersOfDamaged = 20;

/** Plausible scan resolutions; others, such as the 72 dpi that cameras write, say nothing about the paper size. */
const plausibleDpi = { from: 96, to: 1_200 } as const;

/** Renders the pages of an image file: one, or one per TIFF directory. Of an animation the first frame is rendered. */
export async function renderImagePages(request: PageRequest): Promise<RenderedPages> {
  const pageCount = await countPages(request);
  const pages: RenderedPage[] = [];
  const readable = request.mediaType === 'image/tiff' ? pageCount : 1;
  const end = Math.min(readable, request.firstPage + request.count - 1);
  let tooSmall = 0;
  for (let page = request.firstPage; page <= end; page += 1) {
    const header = await readHeader(request, page);
    checkImageSize(header.width, header.height, request.maxPagePixels, page);
    if (isTooSmallForText(header.width, header.height)) tooSmall += 1;
    else pages.push(await renderPage(request, page, header));
  }
  return { pageCount, pages, tooSmall };
}

async function countPages(request: PageRequest): Promise<number> {
  const { pages = 1 } = await readHeader(request, 1);
  if (request.mediaType === 'image/tiff' && pages > request.maxPages) {
    throw new FailureError('DOC_TOO_LARGE', { limit: request.maxPages, actual: pages });
  }
  return pages;
}

async function readHeader(request: PageRequest, page: number): Promise<Metadata> {
  try {
    return await open(request, page, 'none').metadata();
  } catch (error) {
    throw new FailureError('DOC_CORRUPT', { page }, { cause: error });
  }
}

type Tolerance = 'none' | 'error';

function open(request: PageRequest, page: number, failOn: Tolerance): Sharp {
  return sharp(request.bytes, {
    failOn,
    // `checkImageSize` limits the pixels, with its own failure code, before anything is decoded.
    limitInputPixels: false,
    sequentialRead: true,
    ...(request.mediaType === 'image/tiff' ? { page: page - 1 } : {}),
  });
}

async function renderPage(request: PageRequest, page: number, header: Metadata): Promise<RenderedPage> {
  const { width, height } = header;
  const { result, damaged } = await survey(request, page);
  const straightening = { turn: result.turn, skewDegrees: result.skewDegrees };
  const encoded =
    !damaged && canKeepBytes(request, header, straightening)
      ? ({ image: request.bytes, mediaType: 'image/jpeg', widthPx: width, heightPx: height } as const)
      : await normalise(request, { page, header, straightening });
  return {
    page,
    ...encoded,
    dpi: dpiOf(header, encoded),
    rotation: totalTurn(header, straightening),
    deskewDegrees: straightening.skewDegrees,
    textLayer: 'none',
    lines: null,
  };
}

/** Surveys a reduced image. A damaged image is surveyed as far as it can be decoded. */
async function survey(request: PageRequest, page: number): Promise<{ result: Survey; damaged: boolean }> {
  try {
    return { result: surveyPage(await smallGrey(request, page, 'error')), damaged: false };
  } catch {
    // Decoded again below, with errors tolerated.
  }
  const result = surveyPage(
    await smallGrey(request, page, 'none').catch((error: unknown) => {
      throw new FailureError('DOC_CORRUPT', { page }, { cause: error });
    }),
  );
  if (result.textBlobs.length < minLettersOfDamaged) throw new FailureError('DOC_CORRUPT', { page });
  return { result, damaged: true };
}

async function smallGrey(request: PageRequest, page: number, failOn: Tolerance): Promise<GreyImage> {
  const { data, info } = await plain(open(request, page, failOn))
    .resize({ width: surveySidePx, height: surveySidePx, fit: 'inside', withoutEnlargement: true })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, pixels: data };
}

/** Rotated by its EXIF orientation, on a white background, without transparency. */
function plain(image: Sharp): Sharp {
  return image.autoOrient().flatten({ background: '#ffffff' });
}

/** An upright JPEG within bounds keeps its bytes: encoding it again would cost time and quality. */
function canKeepBytes(request: PageRequest, header: Metadata, { turn, skewDegrees }: Straightening): boolean {
  return (
    request.mediaType === 'image/jpeg' &&
    (header.orientation ?? 1) === 1 &&
    (header.space === 'srgb' || header.space === 'b-w') &&
    turn === 0 &&
    skewDegrees === 0 &&
    shrinkFactor(header.width, header.height) === 1
  );
}

async function normalise(
  request: PageRequest,
  options: { page: number; header: Metadata; straightening: Straightening },
): Promise<EncodedImage> {
  const { page, header, straightening } = options;
  const { width, height } = header.autoOrient;
  const factor = shrinkFactor(width, height);
  const grey = header.space === 'b-w' || header.space === 'grey16';
  let image = plain(open(request, page, 'none')).toColourspace(grey ? 'b-w' : 'srgb');
  if (factor < 1) image = image.resize({ width: Math.max(1, Math.round(width * factor)) });
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const turned = straighten(sharp(data, { raw }), straightening);
  const bilevel =
    info.channels === 1 && isNearlyBilevel({ widthPx: info.width, heightPx: info.height, pixels: data });
  return encodePage(info.channels === 1 ? turned.toColourspace('b-w') : turned, { bilevel });
}

function dpiOf({ density, width }: Metadata, { widthPx }: { widthPx: number }): number | null {
  if (density === undefined || density < plausibleDpi.from || density > plausibleDpi.to) return null;
  return widthPx < width ? Math.round((density * widthPx) / width) : density;
}

/** Rotations of EXIF orientations; a mirrored one counts as the rotation that it contains. */
const exifTurns: Readonly<Record<number, number>> = { 3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270 };

function totalTurn({ orientation }: Metadata, { turn }: Straightening): 0 | 90 | 180 | 270 {
  const sum = ((exifTurns[orientation ?? 1] ?? 0) + turn) % 360;
  return sum === 90 || sum === 180 || sum === 270 ? sum : 0;
}
