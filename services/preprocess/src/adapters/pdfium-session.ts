import type { WrappedPdfiumModule } from '@embedpdf/pdfium';
import type { Box } from '@docfleet/domain';
import type { PageSize } from '../core/page-size.ts';

/** The instance's memory; looked up each time, because it is another object after it has grown. */
export function memoryOf(module: WrappedPdfiumModule): Uint8Array<ArrayBuffer> {
  const memory: unknown = Reflect.get(module.pdfium, 'HEAPU8');
  if (memory instanceof Uint8Array && memory.buffer instanceof ArrayBuffer)
    return new Uint8Array(memory.buffer);
  throw new TypeError('PDFium exposes no memory.');
}

/** An open document. */
export interface Session {
  readonly module: WrappedPdfiumModule;
  readonly handle: number;
  /** Its file. */
  readonly file: Buffer;
  /** Whether its streams are encrypted. */
  readonly isEncrypted: boolean;
  /** 64 bytes for values that come back through pointers. */
  readonly scratch: number;
  /** `textBytes` bytes for text. */
  readonly text: number;
}

/** Values of FPDF_PAGEOBJ_* (fpdf_edit.h). */
export const objectTypes = { text: 1, image: 3, form: 5 } as const;

/** Objects of a page, and depth of forms in forms, that are looked at: limits on the time of a page. */
const maxObjects = 50_000;
const maxDepth = 8;

/** An object of a page, or of a form on it. */
export interface PageObject {
  readonly object: number;
  /** One of `objectTypes`, or another one. */
  readonly type: number;
  /** The form on the page that it is in; 0 for an object of the page itself. */
  readonly form: number;
}

/** The objects of a page and of the forms on it, in the order in which they are drawn. */
export function pageObjects({ module }: Session, pageHandle: number): readonly PageObject[] {
  const found: PageObject[] = [];
  const add = (object: number, form: number, depth: number): void => {
    if (found.length >= maxObjects) return;
    const type = module.FPDFPageObj_GetType(object);
    found.push({ object, type, form });
    if (type !== objectTypes.form || depth >= maxDepth) return;
    const parts = Math.min(module.FPDFFormObj_CountObjects(object), maxObjects);
    for (let part = 0; part < parts; part += 1) {
      add(module.FPDFFormObj_GetObject(object, part), form === 0 ? object : form, depth + 1);
    }
  };
  const count = Math.min(module.FPDFPage_CountObjects(pageHandle), maxObjects);
  for (let index = 0; index < count; index += 1) add(module.FPDFPage_GetObject(pageHandle, index), 0, 0);
  return found;
}

/** Bytes at `Session.text`. */
export const textBytes = 4_096;

/** Text that PDFium writes as UTF-16 to `Session.text`, with a zero at its end; `write` returns its size in bytes. */
export function writtenText({ module, text }: Session, write: () => number): string {
  const sizeBytes = write();
  if (sizeBytes < 2 || sizeBytes > textBytes) return '';
  return Buffer.from(memoryOf(module).slice(text, text + sizeBytes - 2)).toString('utf16le');
}

/** A whole number that PDFium has written. */
export function numberAt({ module }: Session, place: number): number {
  return new Uint32Array(memoryOf(module).buffer, place, 1)[0] ?? 0;
}

/** Maps page coordinates to pixels; PDFium accounts for page boxes and /Rotate. */
export function pixelTransform(session: Session, pageHandle: number, size: PageSize): (box: Box) => Box {
  const { module, scratch } = session;
  // The call rounds to whole units, so the page is given a size of a million units.
  const units = 1_000_000;
  const point = (x: number, y: number): readonly [number, number] => {
    module.FPDF_PageToDevice(pageHandle, 0, 0, units, units, 0, x, y, scratch, scratch + 4);
    const [unitsX = 0, unitsY = 0] = new Int32Array(memoryOf(module).buffer, scratch, 2);
    return [(unitsX * size.widthPx) / units, (unitsY * size.heightPx) / units];
  };
  const span = 100;
  const origin = point(0, 0);
  const alongX = point(span, 0);
  const alongY = point(0, span);
  const map = (x: number, y: number): readonly [number, number] => [
    origin[0] + (x * (alongX[0] - origin[0]) + y * (alongY[0] - origin[0])) / span,
    origin[1] + (x * (alongX[1] - origin[1]) + y * (alongY[1] - origin[1])) / span,
  ];
  return (box) => {
    const [x1, y1] = map(box[0], box[1]);
    const [x2, y2] = map(box[2], box[3]);
    return [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
  };
}
