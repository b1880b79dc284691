import type { Box } from '@docfleet/domain';
import { memoryOf, objectTypes, type PageObject, type Session } from './pdfium-session.ts';

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
 * Whether a picture's data are damaged: PDFium decodes nothing of them, or they are a JPEG without its end (ISO 10918-1,
 * B.1.1.3), of which PDFium draws a part.
 */
export function isDamaged(session: Session, { object }: Picture): boolean {
  const { module } = session;
  const raw = rawBytes(session, object);
  if (raw.length === 0) return true;
  if (raw[0] === 0xff && raw[1] === 0xd8) {
    return !raw.subarray(Math.max(0, raw.length - tailBytes)).includes(Buffer.from([0xff, 0xd9]));
  }
  const bitmap = module.FPDFImageObj_GetBitmap(object);
  if (bitmap === 0) return true;
  module.FPDFBitmap_Destroy(bitmap);
  return false;
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
