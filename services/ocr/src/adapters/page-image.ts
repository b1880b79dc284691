import { FailureError } from '@docfleet/domain';
import sharp from 'sharp';
import type { Bitmap } from '../core/pixels.ts';

/** A page is halved while its short side keeps at least this many pixels, which A4 has at 200 dpi. */
const shortSidePx = 1600;

export interface DecodedPage {
  readonly bitmap: Bitmap;
  /** Size of the image as it is stored. */
  readonly widthPx: number;
  readonly heightPx: number;
}

/** One thread and no cache: a child reads one page at a time and has one core. */
export function limitImageLibrary(): void {
  sharp.concurrency(1);
  sharp.cache(false);
}

/**
 * Decodes a page; large ones are reduced, transparent ones get a white background.
 *
 * @throws FailureError `DOC_CORRUPT` for bytes that are not an image, `PAGE_TOO_LARGE` above `maxPixels`
 */
export async function decodePage(image: Uint8Array, maxPixels: number): Promise<DecodedPage> {
  const { width: widthPx, height: heightPx } = await readable(() => sharp(image).metadata());
  if (widthPx * heightPx > maxPixels) {
    throw new FailureError('PAGE_TOO_LARGE', { limit: maxPixels, actual: widthPx * heightPx });
  }
  const halvings = Math.max(0, Math.floor(Math.log2(Math.min(widthPx, heightPx) / shortSidePx)));
  const width = Math.ceil(widthPx / 2 ** halvings);
  const height = Math.ceil(heightPx / 2 ** halvings);
  const pixels = sharp(image, { limitInputPixels: maxPixels, sequentialRead: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');
  if (halvings > 0) pixels.resize({ width, height, fit: 'fill' });
  const { data, info } = await readable(() => pixels.raw().toBuffer({ resolveWithObject: true }));
  const bitmap = { width: info.width, height: info.height, data: threeChannels(data, info.channels) };
  return { bitmap, widthPx, heightPx };
}

/** Resizes a bitmap (cubic kernel). */
export async function resizeBitmap(bitmap: Bitmap, width: number, height: number): Promise<Bitmap> {
  const raw = { width: bitmap.width, height: bitmap.height, channels: 3 as const };
  const data = await sharp(bitmap.data, { raw, limitInputPixels: false })
    .resize({ width, height, fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  return { width, height, data };
}

async function readable<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new FailureError('DOC_CORRUPT', {}, { cause: error });
  }
}

/** Converts to three channels: sharp returns grey images with one channel in every colour space. */
function threeChannels(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  const pixels = data.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  for (let index = 0; index < pixels; index += 1) {
    const from = index * channels;
    for (let channel = 0; channel < 3; channel += 1) {
      rgb[index * 3 + channel] = data[from + (channels < 3 ? 0 : channel)] ?? 0;
    }
  }
  return rgb;
}
