import sharp, { type Metadata, type Sharp } from 'sharp';
import { FailureError } from '@docfleet/domain';
import { isNearlyBilevel, type GreyImage } from '../core/grey.ts';
import type { MadePage, MadePages, PageRequest } from '../core/page.ts';
import { checkImageSize, isTooSmallForText, shrinkFactor } from '../core/page-size.ts';
import { surveyPage, type Survey } from '../core/survey.ts';
import { encodePage, straighten, type EncodedImage, type Straightening } from './encode.ts';

/** Longest side an image is decoded to when only its look is judged; JPEG decodes to it at a fraction of the cost. */
const lookSidePx = 1_400;

/** Letters that the readable part of a damaged image must show to be worth reading. */
const fewestLettersOfDamaged = 20;

/** Resolutions a file may claim; others, such as the 72 that cameras write, say nothing about paper. */
const plausibleDpi = { from: 96, to: 1_200 } as const;

/** Makes pages of an image file: one, or one per TIFF directory. Of an animation the first frame is read. */
export async function makeImagePages(request: PageRequest): Promise<MadePages> {
  const pageCount = await countPages(request);
  const pages: MadePage[] = [];
  const readable = request.mediaType === 'image/tiff' ? pageCount : 1;
  const end = Math.min(readable, request.firstPage + request.count - 1);
  let tooSmall = 0;
  for (let page = request.firstPage; page <= end; page += 1) {
    const header = await readHeader(request, page);
    checkImageSize(header.width, header.height, request.maxPagePixels, page);
    if (isTooSmallForText(header.width, header.height)) tooSmall += 1;
    else pages.push(await makePage(request, page, header));
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
    // Headers are checked here, with codes of our own, before anything is decoded.
    limitInputPixels: false,
    sequentialRead: true,
    ...(request.mediaType === 'image/tiff' ? { page: page - 1 } : {}),
  });
}

async function makePage(request: PageRequest, page: number, header: Metadata): Promise<MadePage> {
  const { width, height } = header;
  const { survey, damaged } = await look(request, page);
  const straightening = { turn: survey.turn, skewDegrees: survey.skewDegrees };
  const encoded =
    !damaged && mayPassOn(request, header, straightening)
      ? ({ image: request.bytes, mediaType: 'image/jpeg', widthPx: width, heightPx: height } as const)
      : await normalise(request, { page, header, straightening });
  return {
    page,
    ...encoded,
    dpi: dpiOf(header, encoded),
    rotation: turnInAll(header, straightening),
    deskewDegrees: straightening.skewDegrees,
    textLayer: 'none',
    lines: null,
  };
}

/** Looks at a small decoding; what cannot be decoded cleanly is looked at as far as it can be. */
async function look(request: PageRequest, page: number): Promise<{ survey: Survey; damaged: boolean }> {
  try {
    return { survey: surveyPage(await smallGrey(request, page, 'error')), damaged: false };
  } catch {
    // The second decoding decides.
  }
  const survey = surveyPage(
    await smallGrey(request, page, 'none').catch((error: unknown) => {
      throw new FailureError('DOC_CORRUPT', { page }, { cause: error });
    }),
  );
  if (survey.textBlobs.length < fewestLettersOfDamaged) throw new FailureError('DOC_CORRUPT', { page });
  return { survey, damaged: true };
}

async function smallGrey(request: PageRequest, page: number, failOn: Tolerance): Promise<GreyImage> {
  const { data, info } = await plain(open(request, page, failOn))
    .resize({ width: lookSidePx, height: lookSidePx, fit: 'inside', withoutEnlargement: true })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, pixels: data };
}

/** Upright as its EXIF says, on white, without transparency. */
function plain(image: Sharp): Sharp {
  return image.autoOrient().flatten({ background: '#ffffff' });
}

/** A JPEG that needs nothing done keeps its bytes: coding it again would cost time and sharpness. */
function mayPassOn(request: PageRequest, header: Metadata, { turn, skewDegrees }: Straightening): boolean {
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

/** EXIF orientations 3, 6 and 8 are turns, the mirrored ones count as the turn they contain. */
const turnsOfExif: Readonly<Record<number, number>> = { 3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270 };

function turnInAll({ orientation }: Metadata, { turn }: Straightening): 0 | 90 | 180 | 270 {
  const sum = ((turnsOfExif[orientation ?? 1] ?? 0) + turn) % 360;
  return sum === 90 || sum === 180 || sum === 270 ? sum : 0;
}
