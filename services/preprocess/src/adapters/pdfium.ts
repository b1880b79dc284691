import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';
import { FailureError, type Box, type UnreadContent } from '@docfleet/domain';
import type { GlyphRun } from '../core/glyph.ts';
import { greyOfRgbx, type GreyImage } from '../core/grey.ts';
import { detailOf, renderSize, type PageSize } from '../core/page-size.ts';
import { differsIn, isBlank } from '../core/shown.ts';
import { hasDamagedContent } from './content-streams.ts';
import { drawAnnotations, hasAttachedDocuments, hasDocumentNotes, isXfaForm } from './pdfium-forms.ts';
import { readContent, textGroups, type ContentGlyph } from './pdfium-glyphs.ts';
import { isDamaged, picturesOf, type Picture } from './pdfium-pictures.ts';
import { memoryOf, pageObjects, pixelTransform, textBytes, type Session } from './pdfium-session.ts';

/** One page as rendered by PDFium. */
export interface DrawnPage extends PageSize {
  /** `widthPx` x `heightPx` pixels of red, green, blue and an unused byte, without padding. */
  readonly pixels: Uint8Array;
  /** The same in grey. */
  readonly grey: GreyImage;
  readonly glyphs: GlyphRun;
  /** What of the page, or on the first page of the document, is not in the drawing. */
  readonly unread: readonly UnreadContent[];
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

/** Share of the page from which a picture counts: smaller ones are logos and marks. */
const pictureCover = 0.05;

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
  const text = malloc(textBytes);
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isEncrypted = module.EPDF_IsEncrypted(handle);
  const session = { module, handle, file, isEncrypted, scratch, text };
  const unread: readonly UnreadContent[] = [
    ...(isXfaForm(session) ? (['xfa-form'] as const) : []),
    ...(hasAttachedDocuments(session) ? (['attached-document'] as const) : []),
  ];
  return {
    pageCount: module.FPDF_GetPageCount(handle),
    drawPage: (page, maxPagePixels) => {
      const drawn = drawPage(session, page, maxPagePixels);
      return drawn === undefined || page !== 1
        ? drawn
        : { ...drawn, unread: [...new Set([...unread, ...drawn.unread])] };
    },
    close: () => {
      module.FPDF_CloseDocument(handle);
      free(text);
      free(scratch);
      free(start);
    },
  };
}

function drawPage(session: Session, page: number, maxPagePixels: number): DrawnPage | undefined {
  const { module, handle } = session;
  let pageHandle = module.FPDF_LoadPage(handle, page - 1);
  if (pageHandle === 0) return undefined;
  try {
    const hasNotes = hasDocumentNotes(session, pageHandle);
    if (drawAnnotations(session, pageHandle)) {
      module.FPDF_ClosePage(pageHandle);
      pageHandle = module.FPDF_LoadPage(handle, page - 1);
      if (pageHandle === 0) return undefined;
    }
    const objects = pageObjects(session, pageHandle);
    const pictures = picturesOf(session, objects);
    const content = readContent(session, pageHandle);
    const [widthPt, heightPt] = [
      module.FPDF_GetPageWidthF(pageHandle),
      module.FPDF_GetPageHeightF(pageHandle),
    ];
    const glyphHeightsPt = content.filter(isContentGlyph).map(({ box }) => Math.abs(box[3] - box[1]));
    const size = renderSize({ widthPt, heightPt, page }, detailOf(pictures, glyphHeightsPt), maxPagePixels);
    const drawing: Drawing = { session, pageHandle, size, page };
    const pixels = draw(drawing);
    const grey = greyOf(pixels, size);
    const glyphs = shownGlyphs(drawing, { content, groups: textGroups(session, objects), grey });
    return {
      ...size,
      pixels,
      grey,
      glyphs,
      unread: [...(hasNotes ? (['attached-document'] as const) : []), ...unreadOf(drawing, pictures, grey)],
    };
  } finally {
    if (pageHandle !== 0) module.FPDF_ClosePage(pageHandle);
  }
}

function isContentGlyph(item: ReturnType<typeof readContent>[number]): item is ContentGlyph {
  return 'box' in item;
}

/** A page that is being drawn. */
interface Drawing {
  readonly session: Session;
  readonly pageHandle: number;
  readonly size: PageSize;
  readonly page: number;
}

function draw({ session: { module }, pageHandle, size: { widthPx, heightPx }, page }: Drawing): Uint8Array {
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

function greyOf(pixels: Uint8Array, { widthPx, heightPx }: PageSize): GreyImage {
  return { widthPx, heightPx, pixels: greyOfRgbx(pixels, widthPx * heightPx) };
}

/**
 * The glyphs at their places on the drawing, each with whether the page looks different without it: every group of text
 * objects is left out once.
 */
function shownGlyphs(
  drawing: Drawing,
  page: {
    readonly content: ReturnType<typeof readContent>;
    readonly groups: readonly (readonly number[])[];
    readonly grey: GreyImage;
  },
): GlyphRun {
  const { session, pageHandle, size } = drawing;
  const toPixels = pixelTransform(session, pageHandle, size);
  const visible = page.content.filter(isContentGlyph).filter(({ invisible }) => !invisible);
  const shown = new Set<ContentGlyph>();
  for (const group of page.groups) {
    const objects = new Set(group);
    const own = visible.filter(({ object }) => objects.has(object));
    if (own.length === 0) continue;
    const without = greyOf(drawWithout(drawing, group), size);
    for (const glyph of own) if (differsIn(toPixels(glyph.box), page.grey, without)) shown.add(glyph);
  }
  return page.content.map((item) => {
    if (!isContentGlyph(item)) return item;
    const { text, box, unmapped } = item;
    return { text, box: toPixels(box), unmapped, shown: shown.has(item) };
  });
}

function drawWithout(drawing: Drawing, objects: readonly number[]): Uint8Array {
  const { module } = drawing.session;
  for (const object of objects) module.FPDFPageObj_SetIsActive(object, false);
  try {
    return draw(drawing);
  } finally {
    for (const object of objects) module.FPDFPageObj_SetIsActive(object, true);
  }
}

function unreadOf(
  { session, pageHandle, size }: Drawing,
  pictures: readonly Picture[],
  grey: GreyImage,
): readonly UnreadContent[] {
  const toPixels = pixelTransform(session, pageHandle, size);
  const hasDamagedPicture = pictures.some((picture) => {
    const box = toPixels(picture.box);
    if (coverOf(box, size) < pictureCover) return false;
    return isDamaged({ session, pageHandle }, picture, isBlank(box, grey));
  });
  const { module, file, isEncrypted } = session;
  const isDamagedPage = !isEncrypted && hasDamagedContent(file, module.EPDFPage_GetObjectNumber(pageHandle));
  return [
    ...(hasDamagedPicture ? (['damaged-picture'] as const) : []),
    ...(isDamagedPage ? (['damaged-page'] as const) : []),
  ];
}

/** Share of the page that a box covers. */
function coverOf([left, top, right, bottom]: Box, { widthPx, heightPx }: PageSize): number {
  const across = Math.min(right, widthPx) - Math.max(left, 0);
  const down = Math.min(bottom, heightPx) - Math.max(top, 0);
  return across > 0 && down > 0 ? (across * down) / (widthPx * heightPx) : 0;
}
