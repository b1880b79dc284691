import sharp from 'sharp';
import { aggregate } from '../aggregate.ts';
import type { BatchReportInput, ReportPage } from '../batch-report.ts';
import { drawEvidencePage, shownPages } from './evidence-pages.ts';
import { drawFileTable } from './file-table.ts';
import { openPen } from './pen.ts';
import { drawSummary } from './summary-page.ts';

/** Width of page images in the report, in pixels: 170 to the inch as they are shown. */
const imageWidthPx = 750;
const jpegQuality = 72;

export interface BatchPdfOptions {
  /** Encoded image of a page; undefined when it is not kept any more. */
  readonly readImage: (page: ReportPage, signal: AbortSignal) => Promise<Uint8Array | undefined>;
  /** Pages with evidence that are shown at most; further ones are left out, and the report says so. */
  readonly maxPages: number;
  readonly signal: AbortSignal;
}

/**
 * A batch as a PDF that a person reads: summary, table of files, and each page on which values were found with a box around
 * each. It is written page by page, and one image is held at a time; the same batch gives the same bytes.
 */
export async function* toPdf(batch: BatchReportInput, options: BatchPdfOptions): AsyncGenerator<Buffer> {
  const { readImage, maxPages, signal } = options;
  const pen = openPen({
    title: `Batch ${batch.batchId}`,
    footer: `Batch ${batch.batchId}`,
    at: batch.endedAt ?? batch.createdAt,
  });
  drawSummary(pen, batch, aggregate(batch));
  drawFileTable(pen, batch);
  yield* pen.takeBytes();
  const pages = batch.files.flatMap((file) => shownPages(file).map((shown) => ({ file, shown })));
  for (const { file, shown } of pages.slice(0, maxPages)) {
    signal.throwIfAborted();
    const image = await readImage(shown.page, signal);
    const jpeg = image === undefined ? undefined : await reduced(image);
    drawEvidencePage(pen, file, shown, jpeg);
    yield* pen.takeBytes();
  }
  if (pages.length > maxPages) {
    pen.addPage();
    const text = `${String(pages.length - maxPages)} further pages are not shown here; the other formats have their values.`;
    pen.text(text, { x: 40, y: 40, width: 500 });
  }
  await pen.end();
  yield* pen.takeBytes();
}

/** The image as it is shown: smaller, and without transparency. */
function reduced(image: Uint8Array): Promise<Buffer> {
  return sharp(image)
    .resize({ width: imageWidthPx, withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: jpegQuality })
    .toBuffer();
}
