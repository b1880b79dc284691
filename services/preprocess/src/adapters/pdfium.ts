import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';
import { FailureError, type Box } from '@docfleet/domain';
import type { Glyph, GlyphBreak, GlyphRun } from '../core/glyph.ts';
import { renderSize, type PageSize } from '../core/page-size.ts';

/** One page as rendered by PDFium. */
export interface DrawnPage extends PageSize {
  /** `widthPx` x `heightPx` pixels of red, green, blue and an unused byte, without padding. */
  readonly pixels: Uint8Array;
  readonly glyphs: GlyphRun;
  /** Share of the page that its largest image covers, 0 to 1: near 1 for a scan. */
  readonly imageCover: number;
}

export interface PdfDocument {
  readonly pageCount: number;
  /** Undefined for a page that cannot be loaded. @throws FailureError `PAGE_TOO_LARGE` */
  drawPage(page: number, maxPagePixels: number): DrawnPage | undefined;
  close(): void;
}

export interface PdfEngine {
  /** @throws FailureError `PASSWORD_REQUIRED`, `DOC_CORRUPT`, `DOC_TOO_LARGE` */
  open(bytes: Uint8Array): PdfDocument;
}

/** Values of FPDF_GetLastError (fpdfview.h). */
const pdfError = { password: 4, security: 5 } as const;

/** FPDF_ANNOT | FPDF_REVERSE_BYTE_ORDER (fpdfview.h): with annotations, red first. */
const renderFlags = 0x01 | 0x10;
const bitmapRgbx = 3;
const white = 0xffffffff;
const flattenForDisplay = 0;
const objectTypes = { image: 3, form: 5 } as const;

/** Text rendering modes without a visible glyph: 3 invisible, 7 clip only (ISO 32000-1, table 106). */
const invisibleModes: readonly number[] = [3, 7];

/** Objects examined per page when searching for a scan, and characters read: limits on the time of a page. */
const maxObjects = 2_000;
const maxChars = 100_000;

/**
 * Starts PDFium: one WebAssembly instance without file system and network. It is synchronous and never releases memory,
 * so it runs in a child process. After a trap the instance must not be used again.
 */
export async function startPdfium(): Promise<PdfEngine> {
  const wasmFile = createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm');
  const wasm = await readFile(wasmFile);
  const module = await init({ wasmBinary: new Uint8Array(wasm).buffer });
  module.PDFiumExt_Init();
  return { open: (bytes) => openDocument(module, bytes) };
}

function openDocument(module: WrappedPdfiumModule, bytes: Uint8Array): PdfDocument {
  const { malloc, free } = module.pdfium.wasmExports;
  const start = malloc(bytes.byteLength);
  if (start === 0) throw new FailureError('DOC_TOO_LARGE', { actual: bytes.byteLength });
  memoryOf(module).set(bytes, start);
  const handle = module.FPDF_LoadMemDocument(start, bytes.byteLength, '');
  if (handle === 0) {
    const error = module.FPDF_GetLastError();
    free(start);
    const needsPassword = error === pdfError.password || error === pdfError.security;
    throw new FailureError(needsPassword ? 'PASSWORD_REQUIRED' : 'DOC_CORRUPT');
  }
  const scratch = malloc(64);
  return {
    pageCount: module.FPDF_GetPageCount(handle),
    drawPage: (page, maxPagePixels) => drawPage({ module, handle, scratch }, page, maxPagePixels),
    close: () => {
      module.FPDF_CloseDocument(handle);
      free(scratch);
      free(start);
    },
  };
}

/** The instance's memory; looked up each time, because it is another object after it has grown. */
function memoryOf(module: WrappedPdfiumModule): Uint8Array<ArrayBuffer> {
  const memory: unknown = Reflect.get(module.pdfium, 'HEAPU8');
  if (memory instanceof Uint8Array && memory.buffer instanceof ArrayBuffer)
    return new Uint8Array(memory.buffer);
  throw new TypeError('PDFium exposes no memory.');
}

interface Session {
  readonly module: WrappedPdfiumModule;
  readonly handle: number;
  /** 64 bytes for values that come back through pointers. */
  readonly scratch: number;
}

function drawPage(session: Session, page: number, maxPagePixels: number): DrawnPage | undefined {
  const { module, handle } = session;
  let pageHandle = module.FPDF_LoadPage(handle, page - 1);
  if (pageHandle === 0) return undefined;
  try {
    const size = renderSize(
      module.FPDF_GetPageWidthF(pageHandle),
      module.FPDF_GetPageHeightF(pageHandle),
      maxPagePixels,
      page,
    );
    // Text of form fields and notes is part of the annotations; flattening adds it to the page's text.
    if (
      module.FPDFPage_GetAnnotCount(pageHandle) > 0 &&
      module.FPDFPage_Flatten(pageHandle, flattenForDisplay) === 1
    ) {
      module.FPDF_ClosePage(pageHandle);
      pageHandle = module.FPDF_LoadPage(handle, page - 1);
      if (pageHandle === 0) return undefined;
    }
    return {
      ...size,
      pixels: render(session, pageHandle, size, page),
      glyphs: readGlyphs(session, pageHandle, size),
      imageCover: largestImageCover(session, pageHandle, size),
    };
  } finally {
    if (pageHandle !== 0) module.FPDF_ClosePage(pageHandle);
  }
}

function render({ module }: Session, pageHandle: number, size: PageSize, page: number): Uint8Array {
  const { widthPx, heightPx } = size;
  const bitmap = module.FPDFBitmap_CreateEx(widthPx, heightPx, bitmapRgbx, 0, 0);
  if (bitmap === 0) throw new FailureError('PAGE_TOO_LARGE', { page, actual: widthPx * heightPx });
  try {
    module.FPDFBitmap_FillRect(bitmap, 0, 0, widthPx, heightPx, white);
    module.FPDF_RenderPageBitmap(bitmap, pageHandle, 0, 0, widthPx, heightPx, 0, renderFlags);
    const start = module.FPDFBitmap_GetBuffer(bitmap);
    // With four bytes a pixel the rows have no padding.
    return memoryOf(module).slice(start, start + widthPx * heightPx * 4);
  } finally {
    module.FPDFBitmap_Destroy(bitmap);
  }
}

function readGlyphs(session: Session, pageHandle: number, size: PageSize): GlyphRun {
  const { module } = session;
  const textPage = module.FPDFText_LoadPage(pageHandle);
  if (textPage === 0) return [];
  try {
    const toPixels = pixelTransform(session, pageHandle, size);
    const count = Math.min(module.FPDFText_CountChars(textPage), maxChars);
    const run: (Glyph | GlyphBreak)[] = [];
    const invisibleObjects = new Map<number, boolean>();
    for (let index = 0; index < count; index += 1) {
      const code = module.FPDFText_GetUnicode(textPage, index);
      if (code === 0x0a || code === 0x0d) run.push({ text: '\n' });
      else if (isSpace(code)) run.push({ text: ' ' });
      else run.push(readGlyph({ session, textPage, index, code, toPixels, invisibleObjects }));
    }
    return run;
  } finally {
    module.FPDFText_ClosePage(textPage);
  }
}

function readGlyph(at: {
  session: Session;
  textPage: number;
  index: number;
  code: number;
  toPixels: (box: Box) => Box;
  invisibleObjects: Map<number, boolean>;
}): Glyph {
  const { session, textPage, index, code, toPixels, invisibleObjects } = at;
  const { module, scratch } = session;
  module.FPDFText_GetCharBox(textPage, index, scratch, scratch + 8, scratch + 16, scratch + 24);
  const [left = 0, right = 0, bottom = 0, top = 0] = new Float64Array(memoryOf(module).buffer, scratch, 4);
  const object = module.FPDFText_GetTextObject(textPage, index);
  let invisible = invisibleObjects.get(object);
  if (invisible === undefined) {
    invisible = object !== 0 && invisibleModes.includes(module.FPDFTextObj_GetTextRenderMode(object));
    invisibleObjects.set(object, invisible);
  }
  return {
    // PDFium reports a hyphen at the end of a line as U+0002.
    text: code === 0x02 ? '-' : String.fromCodePoint(code <= 0x10ffff ? code : 0xfffd),
    box: toPixels([left, top, right, bottom]),
    invisible,
    unmapped: module.FPDFText_HasUnicodeMapError(textPage, index) === 1,
  };
}

function isSpace(code: number): boolean {
  return (
    code === 0x20 || code === 0x09 || code === 0xa0 || (code >= 0x2000 && code <= 0x200b) || code === 0x3000
  );
}

/** Maps page coordinates to pixels; PDFium accounts for page boxes and /Rotate. */
function pixelTransform(session: Session, pageHandle: number, size: PageSize): (box: Box) => Box {
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

function largestImageCover(session: Session, pageHandle: number, size: PageSize): number {
  const { module, scratch } = session;
  const toPixels = pixelTransform(session, pageHandle, size);
  let largest = 0;
  const measure = (object: number): void => {
    if (module.FPDFPageObj_GetType(object) !== objectTypes.image) return;
    if (!module.FPDFPageObj_GetBounds(object, scratch, scratch + 4, scratch + 8, scratch + 12)) return;
    const [left = 0, bottom = 0, right = 0, top = 0] = new Float32Array(memoryOf(module).buffer, scratch, 4);
    const [x1, y1, x2, y2] = toPixels([left, top, right, bottom]);
    const widthPx = Math.min(x2, size.widthPx) - Math.max(x1, 0);
    const heightPx = Math.min(y2, size.heightPx) - Math.max(y1, 0);
    if (widthPx > 0 && heightPx > 0) {
      largest = Math.max(largest, (widthPx * heightPx) / (size.widthPx * size.heightPx));
    }
  };
  const count = Math.min(module.FPDFPage_CountObjects(pageHandle), maxObjects);
  for (let index = 0; index < count; index += 1) {
    const object = module.FPDFPage_GetObject(pageHandle, index);
    if (module.FPDFPageObj_GetType(object) !== objectTypes.form) {
      measure(object);
      continue;
    }
    const inner = Math.min(module.FPDFFormObj_CountObjects(object), maxObjects);
    for (let part = 0; part < inner; part += 1) measure(module.FPDFFormObj_GetObject(object, part));
  }
  return largest;
}
