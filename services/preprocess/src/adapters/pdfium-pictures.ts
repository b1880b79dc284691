import type { Box } from '@docfleet/domain';
import {
  memoryOf,
  numberAt,
  objectTypes,
  textBytes,
  type PageObject,
  type Session,
} from './pdfium-session.ts';

/** Pictures of a page that are looked at: a limit on its time. */
const maxPictures = 2_000;

/** A picture on a page. */
export interface Picture {
  readonly object: number;
  /** In page coordinates: left, bottom, right, top. */
  readonly box: Box;
  /** Its own size, in pixels. */
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The pictures of a page with their places; those without a place or a size are left out. */
export function picturesOf(session: Session, objects: readonly PageObject[]): readonly Picture[] {
  const { module, scratch } = session;
  const found: Picture[] = [];
  for (const { object, type } of objects) {
    if (type !== objectTypes.image || found.length >= maxPictures) continue;
    if (!module.FPDFPageObj_GetBounds(object, scratch, scratch + 4, scratch + 8, scratch + 12)) continue;
    const [left = 0, bottom = 0, right = 0, top = 0] = new Float32Array(memoryOf(module).buffer, scratch, 4);
    if (!module.FPDFImageObj_GetImagePixelSize(object, scratch, scratch + 4)) continue;
    const [widthPx = 0, heightPx = 0] = new Uint32Array(memoryOf(module).buffer, scratch, 2);
    found.push({ object, box: [left, bottom, right, top], widthPx, heightPx });
  }
  return found;
}

/** Bytes at the end of a JPEG in which its end of image marker is searched: some writers append bytes. */
const tailBytes = 64;

/**
 * Whether a picture's data are damaged: a JPEG without its end (ISO 10918-1, B.1.1.3), deflated pixels of which some are
 * missing, or a picture of which nothing is seen and nothing can be decoded.
 */
export function isDamaged(
  page: { session: Session; pageHandle: number },
  picture: Picture,
  isBlank: boolean,
): boolean {
  const { module } = page.session;
  switch (filterOf(page.session, picture.object)) {
    case 'DCTDecode': {
      const raw = rawBytes(page.session, picture.object);
      return !raw.subarray(Math.max(0, raw.length - tailBytes)).includes(endOfImage);
    }
    case 'FlateDecode':
      return module.FPDFImageObj_GetImageDataDecoded(picture.object, 0, 0) < pixelBytes(page, picture);
    default: {
      // Decoding takes as long as drawing, so it is done only where the drawing is empty.
      if (!isBlank) return false;
      const bitmap = module.FPDFImageObj_GetBitmap(picture.object);
      if (bitmap !== 0) module.FPDFBitmap_Destroy(bitmap);
      return bitmap === 0;
    }
  }
}

const endOfImage = Buffer.from([0xff, 0xd9]);

/** Where FPDF_IMAGEOBJ_METADATA (fpdf_edit.h) has the bits of a pixel: after two whole numbers and two resolutions. */
const bitsPerPixelAt = 16;

/** Size of a picture's pixels, each row in whole bytes; 0 where it is not known. */
function pixelBytes(
  { session, pageHandle }: { session: Session; pageHandle: number },
  { object, widthPx, heightPx }: Picture,
): number {
  const { module, scratch } = session;
  if (!module.FPDFImageObj_GetImageMetadata(object, pageHandle, scratch)) return 0;
  return heightPx * Math.ceil((widthPx * numberAt(session, scratch + bitsPerPixelAt)) / 8);
}

/** The last filter of a picture, which is that of its pixels; empty for none. */
function filterOf({ module, text }: Session, object: number): string {
  const count = module.FPDFImageObj_GetImageFilterCount(object);
  if (count < 1) return '';
  const sizeBytes = module.FPDFImageObj_GetImageFilter(object, count - 1, text, textBytes);
  // The text ends with a zero.
  return Buffer.from(memoryOf(module).slice(text, text + Math.min(sizeBytes, textBytes) - 1)).toString(
    'latin1',
  );
}

/** The picture as the file has it, after filters other than those of pictures; empty where it has none. */
function rawBytes({ module }: Session, object: number): Buffer {
  const sizeBytes = module.FPDFImageObj_GetImageDataRaw(object, 0, 0);
  if (sizeBytes === 0) return Buffer.alloc(0);
  const place = module.pdfium.wasmExports.malloc(sizeBytes);
  if (place === 0) return Buffer.alloc(0);
  try {
    module.FPDFImageObj_GetImageDataRaw(object, place, sizeBytes);
    return Buffer.from(memoryOf(module).slice(place, place + sizeBytes));
  } finally {
    module.pdfium.wasmExports.free(place);
  }
}
