import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawPages, type PageSize } from '../page.ts';
import { generateDocument, type GeneratedDocument } from './generated-document.ts';
import { readingOf } from './reading.ts';
import { sheetSize } from './sheet.ts';

export interface WriteDocumentsOptions {
  readonly count: number;
  readonly seed: number;
  /** Only arrangements that training never uses. */
  readonly heldOut: boolean;
}

/** Points of an inch over pixels of one. */
const pointsPerPixel = 72 / 200;

const a4: PageSize = {
  width: sheetSize.widthPx * pointsPerPixel,
  height: sheetSize.heightPx * pointsPerPixel,
};

/**
 * Writes generated documents into a folder for each class: PDFs, `labels.jsonl` and `readings.jsonl`, as evaluation and
 * training read them. Returns how many documents each class has.
 */
export async function writeDocuments(
  folder: string,
  { count, seed, heldOut }: WriteDocumentsOptions,
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (let index = 0; index < count; index += 1) {
    const document = generateDocument(seed * 1_000_000 + index, { heldOut, kind: 'any' });
    const { documentClass, id } = document;
    const own = join(folder, documentClass);
    if (counts[documentClass] === undefined) {
      await mkdir(own, { recursive: true });
      await writeFile(join(own, 'labels.jsonl'), '');
      await writeFile(join(own, 'readings.jsonl'), '');
    }
    counts[documentClass] = (counts[documentClass] ?? 0) + 1;
    const file = `${id}.pdf`;
    await writeFile(join(own, file), await pdfOf(document));
    await append(join(own, 'labels.jsonl'), { id, file, documentClass, ...document.labels });
    const pages = document.pages.map((words, page) => readingOf(words, page + 1));
    await append(join(own, 'readings.jsonl'), { id, pages });
  }
  return counts;
}

const append = (path: string, row: unknown): Promise<void> => appendFile(path, `${JSON.stringify(row)}\n`);

/** Every word at its place, stretched to its width. */
function pdfOf({ id, pages }: GeneratedDocument): Promise<Buffer> {
  return drawPages(
    a4,
    id,
    pages.map((words) => (pen) => {
      pen.font('Helvetica').fillColor('#111111');
      for (const { text, box, size } of words) {
        pen.fontSize(size * pointsPerPixel);
        const width = (box[2] - box[0]) * pointsPerPixel;
        const letters = Math.max(1, text.length);
        const characterSpacing = (width - pen.widthOfString(text)) / letters;
        pen.text(text, box[0] * pointsPerPixel, box[1] * pointsPerPixel, {
          lineBreak: false,
          characterSpacing,
        });
      }
    }),
  );
}
