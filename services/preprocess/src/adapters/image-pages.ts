import sharp, { type Metadata, type Sharp } from 'sharp';
import { FailureError } from '@docfleet/domain';
import { isLightOnTransparent, isNearlyBilevel, type GreyImage } from '../core/grey.ts';
import type { RenderedPage, RenderedPages, PageRequest } from '../core/page.ts';
import { checkImageSize, isTooSmallForText, shrinkFactor } from '../core/page-size.ts';
import { surveyPage, type Survey } from '../core/survey.ts';
import { tiffPages } from '../core/tiff-pages.ts';
import { encodePage, straighten, type EncodedImage, type Straightening } from './encode.ts';

/** Longest side of the reduced image that is surveyed; JPEG decodes to it at a fraction of the cost. */
const surveySidePx = 1_400;

/** Letters that the decodable part of a damaged image must show, else the image is `DOC_CORRUPT`. */
const minLettersOfDamaged = 20;

/** Plausible scan resolutions; others, such as the 72 dpi that cameras write, say nothing about the paper size. */
const plausibleDpi = { from: 96, to: 1_200 } as const;

/** Renders the pages of an image file: one, or one per TIFF directory that is a page. Of an animation the first frame is rendered. */
export async function renderImagePages(request: PageRequest): Promise<RenderedPages> {
  const { pageCount, directories } = await findPages(request);
  const pages: RenderedPage[] = [];
  const wanted = directories.slice(request.firstPage - 1, request.firstPage - 1 + request.count);
  let tooSmall = 0;
  for (const [index, directory] of wanted.entries()) {
    const source = { request, page: request.firstPage + index, directory };
    const header = await readHeader(source);
    checkImageSize(header.width, header.height, request.maxPagePixels, source.page);
    if (isTooSmallForText(header.width, header.height)) tooSmall += 1;
    else pages.push(await renderPage(source, header));
  }
  return { pageCount, pages, tooSmall };
}

/** A page of an image file. */
interface ImagePage {
  readonly request: PageRequest;
  /** From 1. */
  readonly page: number;
  /** The TIFF directory that it is, from 0; 0 in other files. */
  readonly directory: number;
}

async function findPages(
  request: PageRequest,
): Promise<{ readonly pageCount: number; readonly directories: readonly number[] }> {
  const { pages = 1 } = await readHeader({ request, page: 1, directory: 0 });
  if (request.mediaType !== 'image/tiff') return { pageCount: pages, directories: [0] };
  if (pages > request.maxPages) {
    throw new FailureError('DOC_TOO_LARGE', { limit: request.maxPages, actual: pages });
  }
  const directories = tiffPages(request.bytes, pages);
  return { pageCount: directories.length, directories };
}

async function readHeader(source: ImagePage): Promise<Metadata> {
  try {
    return await open(source, 'none').metadata();
  } catch (error) {
    throw new FailureError('DOC_CORRUPT', { page: source.page }, { cause: error });
  }
}

type Tolerance = 'none' | 'error';

function open({ request, directory }: ImagePage, failOn: Tolerance): Sharp {
  return sharp(request.bytes, {
    failOn,
    // `checkImageSize` limits the pixels, with its own failure code, before anything is decoded.
    limitInputPixels: false,
    sequentialRead: true,
    ...(request.mediaType === 'image/tiff' ? { page: directory } : {}),
  });
}

async function renderPage(source: ImagePage, header: Metadata): Promise<RenderedPage> {
  const { request, page } = source;
  const { width, height } = header;
  const ground = await groundOf(source, header);
  const { result, damaged } = await survey(source, ground);
  const straightening = { turn: result.turn, skewDegrees: result.skewDegrees };
  const encoded =
    !damaged && canKeepBytes(request, header, straightening)
      ? ({ image: request.bytes, mediaType: 'image/jpeg', widthPx: width, heightPx: height } as const)
      : await normalise(source, { header, ground, straightening });
  return {
    page,
    ...encoded,
    dpi: dpiOf(header, encoded),
    rotation: totalTurn(header, straightening),
    deskewDegrees: straightening.skewDegrees,
    textLayer: 'none',
    lines: null,
    lacksWords: false,
    unread: damaged ? ['damaged-picture'] : [],
  };
}

/** Surveys a reduced image. A damaged image is surveyed as far as it can be decoded. */
async function survey(source: ImagePage, ground: Ground): Promise<{ result: Survey; damaged: boolean }> {
  const { page } = source;
  try {
    return { result: surveyPage(await smallGrey(source, ground, 'error')), damaged: false };
  } catch {
    // Decoded again below, with errors tolerated.
  }
  const result = surveyPage(
    await smallGrey(source, ground, 'none').catch((error: unknown) => {
      throw new FailureError('DOC_CORRUPT', { page }, { cause: error });
    }),
  );
  if (result.textBlobs.blobs.length < minLettersOfDamaged) throw new FailureError('DOC_CORRUPT', { page });
  return { result, damaged: true };
}

async function smallGrey(source: ImagePage, ground: Ground, failOn: Tolerance): Promise<GreyImage> {
  const { data, info } = await plain(open(source, failOn), ground)
    .resize({ width: surveySidePx, height: surveySidePx, fit: 'inside', withoutEnlargement: true })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, pixels: data };
}

/** What is behind the transparent parts of an image. */
type Ground = 'white' | 'black';

/** Rotated by its EXIF orientation, without transparency. On a black ground the image is inverted: its print is light. */
function plain(image: Sharp, ground: Ground): Sharp {
  const upright = image.autoOrient();
  if (ground === 'white') return upright.flatten({ background: '#ffffff' });
  return upright.flatten({ background: '#000000' }).negate({ alpha: false });
}

/** The ground on which what is drawn on a transparent image shows: black where that is light. */
async function groundOf(source: ImagePage, { hasAlpha }: Metadata): Promise<Ground> {
  if (!hasAlpha) return 'white';
  try {
    const { data, info } = await open(source, 'none')
      .resize({ width: surveySidePx, height: surveySidePx, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return isLightOnTransparent(data, info.width * info.height) ? 'black' : 'white';
  } catch {
    // A damaged image: its survey decides what becomes of it.
    return 'white';
  }
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
  source: ImagePage,
  options: { header: Metadata; ground: Ground; straightening: Straightening },
): Promise<EncodedImage> {
  const { header, ground, straightening } = options;
  const { width, height } = header.autoOrient;
  const factor = shrinkFactor(width, height);
  const grey = header.space === 'b-w' || header.space === 'grey16';
  let image = plain(open(source, 'none'), ground).toColourspace(grey ? 'b-w' : 'srgb');
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
