import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';
import { FailureError } from '@docfleet/domain';
import type { CodedFont } from './character-codes.ts';
import { glyphAdvance, glyphlessFont, unitsPerEm } from './glyphless-font.ts';

/** A place in the units of the page: the left end of a word's lower edge, and its two edges as vectors. */
export interface WordPlace {
  readonly origin: readonly [x: number, y: number];
  /** Along the line, over the whole word. */
  readonly along: readonly [x: number, y: number];
  /** From the lower to the upper edge. */
  readonly up: readonly [x: number, y: number];
}

export interface PlacedWord {
  readonly codes: readonly number[];
  readonly place: WordPlace;
}

/** From a share of the page's width and height as it is shown, from the top left corner, to the page's own units. */
export type ToPageUnits = (share: { readonly x: number; readonly y: number }) => readonly [number, number];

/** A document that is being changed. Pages count from 1. */
export interface EditedPdf {
  readonly pageCount: number;
  /** Adds invisible words to a page; `removeHidden` takes out the invisible text that it has. */
  addWords(
    page: number,
    options: { readonly removeHidden: boolean },
    wordsOf: (toPageUnits: ToPageUnits) => readonly PlacedWord[],
  ): void;
  save(): Buffer;
}

export interface PdfEditor {
  /** Opens a document and embeds the font. @throws FailureError `PASSWORD_REQUIRED`, `DOC_CORRUPT`, `DOC_TOO_LARGE` */
  edit<T>(bytes: Uint8Array, font: CodedFont, work: (pdf: EditedPdf) => T): T;
}

/** Values of FPDF_GetLastError (fpdfview.h). */
const passwordErrors: readonly number[] = [4, 5];

/** Neither filled nor stroked, and the same as a clip (FPDF_TEXTRENDERMODE, fpdf_edit.h). */
const invisible = 3;
const invisibleModes: readonly number[] = [3, 7];

/** FPDF_PAGEOBJ_TEXT (fpdf_edit.h). */
const textObject = 1;

/** Steps of a page's width and height in which places are asked for: PDFium takes whole numbers. */
const deviceUnits = 1_000_000;

/** Starts PDFium. It never releases memory and may trap, so it runs in a child process. */
export async function startPdfEditor(): Promise<PdfEditor> {
  const file = createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm');
  const wasm = await readFile(file);
  const module = await init({ wasmBinary: new Uint8Array(wasm).buffer });
  module.PDFiumExt_Init();
  return { edit: (bytes, font, work) => edit(module, { bytes, font, work }) };
}

function edit<T>(
  module: WrappedPdfiumModule,
  given: { bytes: Uint8Array; font: CodedFont; work: (pdf: EditedPdf) => T },
): T {
  const memory = scratchOf(module);
  const { bytes, font, work } = given;
  let handle = 0;
  try {
    handle = module.FPDF_LoadMemDocument(memory.put(bytes), bytes.byteLength, '');
    if (handle === 0) {
      const needsPassword = passwordErrors.includes(module.FPDF_GetLastError());
      throw new FailureError(needsPassword ? 'PASSWORD_REQUIRED' : 'DOC_CORRUPT');
    }
    const program = glyphlessFont();
    const fontHandle = module.FPDFText_LoadCidType2Font(
      handle,
      memory.put(program),
      program.length,
      font.toUnicode,
      memory.put(font.glyphs),
      font.glyphs.length,
    );
    if (fontHandle === 0) throw new Error('PDFium refused the font of the text layer');
    return work(editedPdf({ module, handle, fontHandle, memory }));
  } finally {
    if (handle !== 0) module.FPDF_CloseDocument(handle);
    memory.release();
  }
}

interface Session {
  readonly module: WrappedPdfiumModule;
  readonly handle: number;
  readonly fontHandle: number;
  readonly memory: Scratch;
}

function editedPdf(session: Session): EditedPdf {
  const { module, handle, memory } = session;
  const scratch = memory.reserve(64);
  return {
    pageCount: module.FPDF_GetPageCount(handle),
    addWords: (page, { removeHidden }, wordsOf) => {
      onPage(session, page, (pageHandle) => {
        const words = wordsOf(({ x, y }) => {
          const [right, down] = [Math.round(x * deviceUnits), Math.round(y * deviceUnits)];
          const [toX, toY] = [scratch, scratch + 8];
          module.FPDF_DeviceToPage(pageHandle, 0, 0, deviceUnits, deviceUnits, 0, right, down, toX, toY);
          return [memory.double(toX), memory.double(toY)];
        });
        if (removeHidden) removeHiddenText(module, pageHandle);
        for (const { codes, place } of words) addWord(session, pageHandle, { codes, place, scratch });
        if (!module.FPDFPage_GenerateContent(pageHandle)) throw new Error('PDFium could not write a page');
      });
    },
    save: () => saveCopy(session),
  };
}

function saveCopy({ module, handle, memory }: Session): Buffer {
  const writer = module.PDFiumExt_OpenFileWriter();
  try {
    if (module.PDFiumExt_SaveAsCopy(handle, writer) === 0)
      throw new Error('PDFium could not save the document');
    const size = module.PDFiumExt_GetFileWriterSize(writer);
    const start = memory.reserve(size);
    module.PDFiumExt_GetFileWriterData(writer, start, size);
    return memory.copy(start, size);
  } finally {
    module.PDFiumExt_CloseFileWriter(writer);
  }
}

function onPage<T>({ module, handle }: Session, page: number, work: (pageHandle: number) => T): T {
  const pageHandle = module.FPDF_LoadPage(handle, page - 1);
  if (pageHandle === 0) throw new FailureError('DOC_CORRUPT', { page });
  try {
    return work(pageHandle);
  } finally {
    module.FPDF_ClosePage(pageHandle);
  }
}

function addWord(
  { module, handle, fontHandle, memory }: Session,
  pageHandle: number,
  word: PlacedWord & { readonly scratch: number },
): void {
  const { codes, place, scratch } = word;
  const { origin, along, up } = place;
  // At size 1 a letter is one unit high and advances by half a unit.
  const length = (codes.length * glyphAdvance) / unitsPerEm;
  const object = module.FPDFPageObj_CreateTextObj(handle, fontHandle, 1);
  memory.use(new Uint8Array(Uint32Array.from(codes).buffer), (start) => {
    module.FPDFText_SetCharcodes(object, start, codes.length);
  });
  module.FPDFTextObj_SetTextRenderMode(object, invisible);
  const matrix = [along[0] / length, along[1] / length, up[0], up[1], origin[0], origin[1]];
  memory.write(scratch, new Uint8Array(Float32Array.from(matrix).buffer));
  module.FPDFPageObj_SetMatrix(object, scratch);
  module.FPDFPage_InsertObject(pageHandle, object);
}

function removeHiddenText(module: WrappedPdfiumModule, pageHandle: number): void {
  for (let index = module.FPDFPage_CountObjects(pageHandle) - 1; index >= 0; index -= 1) {
    const object = module.FPDFPage_GetObject(pageHandle, index);
    if (module.FPDFPageObj_GetType(object) !== textObject) continue;
    if (!invisibleModes.includes(module.FPDFTextObj_GetTextRenderMode(object))) continue;
    if (module.FPDFPage_RemoveObject(pageHandle, object)) module.FPDFPageObj_Destroy(object);
  }
}

/** Memory of the instance that one document uses; released together. */
interface Scratch {
  put(bytes: Uint8Array): number;
  reserve(size: number): number;
  use(bytes: Uint8Array, work: (start: number) => void): void;
  write(start: number, bytes: Uint8Array): void;
  double(start: number): number;
  copy(start: number, size: number): Buffer;
  release(): void;
}

function scratchOf(module: WrappedPdfiumModule): Scratch {
  const { malloc, free } = module.pdfium.wasmExports;
  const taken: number[] = [];
  const take = (size: number): number => {
    const start = malloc(Math.max(1, size));
    if (start === 0) throw new FailureError('DOC_TOO_LARGE', { actual: size });
    return start;
  };
  const reserve = (size: number): number => {
    const start = take(size);
    taken.push(start);
    return start;
  };
  const write = (start: number, bytes: Uint8Array): void => {
    memoryOf(module).set(bytes, start);
  };
  return {
    reserve,
    put: (bytes) => {
      const start = reserve(bytes.byteLength);
      write(start, bytes);
      return start;
    },
    use: (bytes, work) => {
      const start = take(bytes.byteLength);
      write(start, bytes);
      try {
        work(start);
      } finally {
        free(start);
      }
    },
    write,
    double: (start) => new DataView(memoryOf(module).buffer).getFloat64(start, true),
    copy: (start, size) => Buffer.from(memoryOf(module).slice(start, start + size)),
    release: () => {
      for (const start of taken.splice(0)) free(start);
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
