import { FailureError, type Box, type Line } from '@docfleet/domain';
import { serveWorker } from '@docfleet/workers';
import sharp from 'sharp';
import { createWorker, OEM, type Block } from 'tesseract.js';
import { measured, type Measured } from './measured.ts';
import { limitImageLibrary, type DecodedPage } from './page-image.ts';

export interface TesseractSetup {
  /** Folder with `eng.traineddata.gz`; nothing is downloaded. */
  readonly languageFolder: string;
}

export interface TesseractJob {
  readonly page: DecodedPage;
}

async function open(languageFolder: string): Promise<Awaited<ReturnType<typeof createWorker>>> {
  try {
    return await createWorker('eng', OEM.LSTM_ONLY, {
      langPath: languageFolder,
      cacheMethod: 'none',
      gzip: true,
    });
  } catch (error) {
    throw new FailureError('ENGINE_UNAVAILABLE', {}, { cause: error });
  }
}

/** Tesseract takes files only; a grey, lightly compressed PNG of our own is what it decodes reliably. */
async function greyPng({ bitmap }: DecodedPage): Promise<Buffer> {
  const raw = { width: bitmap.width, height: bitmap.height, channels: 3 as const };
  return sharp(bitmap.data, { raw }).greyscale().png({ compressionLevel: 1 }).toBuffer();
}

function linesOf(blocks: readonly Block[], scale: number): readonly Line[] {
  const boxOf = ({ bbox }: { bbox: { x0: number; y0: number; x1: number; y1: number } }): Box => [
    Math.round(bbox.x0 * scale),
    Math.round(bbox.y0 * scale),
    Math.round(bbox.x1 * scale),
    Math.round(bbox.y1 * scale),
  ];
  const confidenceOf = ({ confidence }: { confidence: number }): number =>
    Math.min(1, Math.max(0, Math.round(confidence * 100) / 10_000));
  return blocks
    .flatMap(({ paragraphs }) => paragraphs.flatMap(({ lines }) => lines))
    .map((line) => ({
      text: line.words.map(({ text }) => text).join(' '),
      box: boxOf(line),
      confidence: confidenceOf(line),
      words: line.words.map((word) => ({
        text: word.text,
        box: boxOf(word),
        confidence: confidenceOf(word),
      })),
    }))
    .filter(({ text }) => text.trim() !== '');
}

serveWorker<TesseractJob, Measured<readonly Line[]>, TesseractSetup>({
  async setup({ languageFolder }) {
    limitImageLibrary();
    const tesseract = await open(languageFolder);
    return ({ page }, signal) =>
      measured(async () => {
        const image = await greyPng(page);
        signal.throwIfAborted();
        const { data } = await tesseract.recognize(image, {}, { blocks: true });
        return linesOf(data.blocks ?? [], page.widthPx / page.bitmap.width);
      });
  },
});
