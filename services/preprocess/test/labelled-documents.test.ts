import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLimits } from '@docfleet/domain';
import { sharedData } from '@docfleet/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderImagePages } from '../src/adapters/image-pages.ts';
import { renderPdfPages } from '../src/adapters/pdf-pages.ts';
import { startPdfium, type PdfEngine } from '../src/adapters/pdfium.ts';
import type { RenderedPage } from '../src/core/page.ts';
import type { MediaType } from '../src/core/media-type.ts';

const shared = sharedData('pages of labelled documents') ?? '';
const timeoutMs = 300_000;

interface AdBuy {
  readonly file: string;
  readonly text_layer: string;
}

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(shared, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file));

/** How often each value occurs. */
function tally<T extends string | number>(values: readonly T[]): Partial<Record<T, number>> {
  const counts: Partial<Record<T, number>> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

describe.skipIf(shared === '')('labelled documents', () => {
  let engine: PdfEngine;

  beforeAll(async () => {
    engine = await startPdfium();
  });

  async function firstPages(files: readonly string[], mediaType: MediaType): Promise<RenderedPage[]> {
    const pages: RenderedPage[] = [];
    for (const file of files) {
      const bytes = readFileSync(join(shared, file));
      const request = { bytes, mediaType, firstPage: 1, count: 1, ...defaultLimits };
      const rendered =
        mediaType === 'application/pdf'
          ? await renderPdfPages(engine, request)
          : await renderImagePages(request);
      pages.push(...rendered.pages);
    }
    return pages;
  }

  const judgements = async (files: readonly string[]) =>
    tally((await firstPages(files, 'application/pdf')).map((page) => page.textLayer));

  it(
    'no receipt is rotated (D-02)',
    async () => {
      const pages = await firstPages(filesIn('receipts/images', '.jpg'), 'image/jpeg');
      expect(tally(pages.map((page) => page.rotation))).toEqual({ 0: 160 });
    },
    timeoutMs,
  );

  it(
    'the text layer of every electronic invoice is trusted (D-02)',
    async () => {
      expect(await judgements(filesIn('invoices/zugferd', '.pdf'))).toEqual({ trusted: 40 });
    },
    timeoutMs,
  );

  it(
    'a text layer of metadata is not trusted (D-02)',
    async () => {
      expect(await judgements(filesIn('forms/metadata-trap', '.pdf'))).toEqual({ hidden: 6 });
    },
    timeoutMs,
  );

  it(
    'text layers of born-digital pages are trusted, except two whose pages draw half of it as graphics (D-02)',
    async () => {
      const labels = readFileSync(join(shared, 'invoices/adbuy/labels.jsonl'), 'utf8').trim().split('\n');
      const digital = labels
        .map((line) => JSON.parse(line) as AdBuy)
        .filter((label) => label.text_layer === 'digital')
        .map((label) => join('invoices/adbuy', label.file));
      expect(await judgements(digital)).toEqual({ trusted: 69, sparse: 2 });
    },
    timeoutMs,
  );
});
