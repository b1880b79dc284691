import sharp, { type Sharp } from 'sharp';
import { isNearlyBilevel, type GreyImage } from '../core/grey.ts';

/** One image at a time in one thread: the pool has as many processes as there are cores. */
sharp.concurrency(1);
sharp.cache(false);

const jpegQuality = 90;

/** Level 2 takes a third of the time of level 6 and a fifth more bytes. */
const pngLevel = 2;

export interface EncodedImage {
  readonly image: Uint8Array;
  readonly mediaType: 'image/png' | 'image/jpeg';
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Rotation and skew that are corrected together. */
export interface Straightening {
  /** Clockwise rotation, in degrees. */
  readonly turn: 0 | 90 | 180 | 270;
  /** Counter-clockwise skew of the page after the rotation. */
  readonly skewDegrees: number;
}

/** Rotates an image so that its text is upright and level. */
export function straighten(image: Sharp, { turn, skewDegrees }: Straightening): Sharp {
  // Lines that rise to the right become level by a clockwise rotation.
  const clockwise = turn + skewDegrees;
  return clockwise === 0 ? image : image.rotate(clockwise, { background: '#ffffff' });
}

/** Encodes a page: black-and-white print as grey PNG (smaller, lossless, half the time), anything else as JPEG. */
export async function encodePage(image: Sharp, options: { bilevel: boolean }): Promise<EncodedImage> {
  const { data, info } = await (
    options.bilevel ? image.png({ compressionLevel: pngLevel }) : image.jpeg({ quality: jpegQuality })
  ).toBuffer({ resolveWithObject: true });
  return {
    image: data,
    mediaType: options.bilevel ? 'image/png' : 'image/jpeg',
    widthPx: info.width,
    heightPx: info.height,
  };
}

/** Encodes raw grey pixels. */
export function encodeGrey(grey: GreyImage, straightening: Straightening): Promise<EncodedImage> {
  const raw = { width: grey.widthPx, height: grey.heightPx, channels: 1 as const };
  const image = straighten(sharp(grey.pixels, { raw }), straightening).toColourspace('b-w');
  return encodePage(image, { bilevel: isNearlyBilevel(grey) });
}

/** Encodes raw pixels of four bytes: red, green, blue, unused. */
export function encodeColour(
  rgbx: Uint8Array,
  size: { widthPx: number; heightPx: number },
  straightening: Straightening,
): Promise<EncodedImage> {
  const raw = { width: size.widthPx, height: size.heightPx, channels: 4 as const };
  return encodePage(straighten(sharp(rgbx, { raw }).removeAlpha(), straightening), { bilevel: false });
}
