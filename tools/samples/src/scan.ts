import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { init } from '@embedpdf/pdfium';
import sharp from 'sharp';
import { drawPdf, type PageSize } from './page.ts';
import type { Random } from './random.ts';

/** Uncompressed pixels, four bytes each. */
interface Raster {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgba: Buffer;
}

let engine: ReturnType<typeof load> | undefined;

async function load() {
  const path = createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm');
  const pdfium = await init({ wasmBinary: await bytesOf(path) });
  pdfium.PDFiumExt_Init();
  return pdfium;
}

async function bytesOf(path: string): Promise<ArrayBuffer> {
  const content = await readFile(path);
  const bytes = new ArrayBuffer(content.byteLength);
  new Uint8Array(bytes).set(content);
  return bytes;
}

/** The engine's memory; the package's types leave it out, and it is another array after each growth. */
function heapOf(memory: object): Uint8Array {
  const heap: unknown = Reflect.get(memory, 'HEAPU8');
  if (!(heap instanceof Uint8Array)) throw new Error('the PDF engine has no memory');
  return heap;
}

/** FPDFBitmap_BGRA of fpdfview.h. */
const formatBgra = 4;
/** FPDF_ANNOT and FPDF_REVERSE_BYTE_ORDER of fpdfview.h: annotations too, bytes as red, green, blue, alpha. */
const renderFlags = 0x01 | 0x10;

/** Renders the first page of a PDF on white. */
async function renderFirstPage(pdf: Buffer, dpi: number): Promise<Raster> {
  const pdfium = await (engine ??= load());
  const memory = pdfium.pdfium;
  const source = memory.wasmExports.malloc(pdf.length);
  heapOf(memory).set(pdf, source);
  const document = pdfium.FPDF_LoadMemDocument(source, pdf.length, '');
  const page = pdfium.FPDF_LoadPage(document, 0);
  try {
    const widthPx = Math.round((pdfium.FPDF_GetPageWidthF(page) * dpi) / 72);
    const heightPx = Math.round((pdfium.FPDF_GetPageHeightF(page) * dpi) / 72);
    const size = widthPx * heightPx * 4;
    const pixels = memory.wasmExports.malloc(size);
    const bitmap = pdfium.FPDFBitmap_CreateEx(widthPx, heightPx, formatBgra, pixels, widthPx * 4);
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, widthPx, heightPx, 0xffffffff);
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, widthPx, heightPx, 0, renderFlags);
    const rgba = Buffer.from(heapOf(memory).subarray(pixels, pixels + size));
    pdfium.FPDFBitmap_Destroy(bitmap);
    memory.wasmExports.free(pixels);
    return { widthPx, heightPx, rgba };
  } finally {
    pdfium.FPDF_ClosePage(page);
    pdfium.FPDF_CloseDocument(document);
    memory.wasmExports.free(source);
  }
}

export interface ScanOptions {
  /** Pixels per inch. */
  readonly dpi: number;
  /** Clockwise turn of the paper on the glass. */
  readonly skewDegrees: number;
  /** Standard deviation of the blur in pixels; from 0.3. */
  readonly blurPx: number;
  /** Largest change of a pixel's brightness, of 255. */
  readonly noise: number;
  /** JPEG quality, 1 to 100. */
  readonly quality: number;
}

/** What a scanner would make of the page: turned a little, blurred, with noise, as a grey JPEG. */
export async function scanPage(pdf: Buffer, random: Random, options: ScanOptions): Promise<Buffer> {
  const { widthPx, heightPx, rgba } = await renderFirstPage(pdf, options.dpi);
  const { data, info } = await sharp(rgba, { raw: { width: widthPx, height: heightPx, channels: 4 } })
    .flatten({ background: '#ffffff' })
    .grayscale()
    .rotate(options.skewDegrees, { background: '#f4f4f4' })
    .blur(options.blurPx)
    .raw()
    .toBuffer({ resolveWithObject: true });
  for (let index = 0; index < data.length; index += info.channels) {
    const change = Math.round((random.next() * 2 - 1) * options.noise) - 6;
    for (let channel = 0; channel < info.channels; channel += 1) {
      const value = (data[index + channel] ?? 0) + change;
      data[index + channel] = Math.max(0, Math.min(255, value));
    }
  }
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } })
    .jpeg({ quality: options.quality })
    .withMetadata({ density: options.dpi })
    .toBuffer();
}

/** A PDF whose only content is the picture, as a scanner without text recognition writes it. */
export async function imagePdf(jpeg: Buffer, size: PageSize, title: string): Promise<Buffer> {
  return drawPdf(size, title, (pen) => {
    pen.image(jpeg, 0, 0, { width: size.width, height: size.height });
  });
}
