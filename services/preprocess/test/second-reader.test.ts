import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLimits, systemClock } from '@docfleet/domain';
import { sharedData } from '@docfleet/testing';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { chooseSandbox } from '@docfleet/workers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPagePool, type PagePool } from '../src/adapters/page-pool.ts';
import { defaultPrepareLimits, prepareDocument } from '../src/core/prepare-document.ts';
import { memoryPageStore } from './memory-page-store.ts';
import { samplePdf } from './sample-pdf.ts';

/** pdf.js is an independent implementation: where both agree, neither has lost or invented words. */
describe('D-02: a text layer read by PDFium is the one that pdf.js reads', () => {
  const { signal } = new AbortController();
  let pool: PagePool;

  beforeAll(async () => {
    pool = startPagePool({ size: 1, sandbox: (await chooseSandbox('best')).level });
  });

  afterAll(async () => {
    await pool.close();
  });

  const ours = async (bytes: Uint8Array): Promise<string[]> => {
    const { pages } = await prepareDocument(bytes, {
      renderer: pool,
      pageStore: memoryPageStore(),
      limits: { ...defaultLimits, maxPages: 50 },
      clock: systemClock,
      signal,
      parallel: 1,
      timeLimits: defaultPrepareLimits,
    });
    return (pages[0]?.reading?.lines ?? []).map((line) => line.text);
  };

  it('on a page made for this test', async () => {
    const bytes = samplePdf([
      [
        { text: 'Invoice 4711', x: 72, y: 760 },
        { text: 'Total 12.00', x: 72, y: 700 },
      ],
    ]);
    expect(sameLetters(await ours(bytes), await theirs(bytes))).toBe(1);
  });

  const shared = sharedData('text layers of labelled invoices read by pdf.js');
  const folder = shared === undefined ? undefined : join(shared, 'invoices/zugferd');
  describe.skipIf(folder === undefined)('on labelled invoices', () => {
    const files =
      folder === undefined
        ? []
        : readdirSync(folder)
            .filter((file) => file.endsWith('.pdf'))
            .slice(0, 8);
    it.each(files)('%s', async (file) => {
      const bytes = readFileSync(join(folder ?? '', file));
      expect(sameLetters(await ours(bytes), await theirs(bytes))).toBeGreaterThan(0.98);
    });
  });
});

async function theirs(bytes: Uint8Array): Promise<string[]> {
  const task = getDocument({ data: new Uint8Array(bytes), verbosity: 0, useSystemFonts: false });
  const document = await task.promise;
  const content = await (await document.getPage(1)).getTextContent();
  const texts = content.items.flatMap((item) => ('str' in item ? [item.str] : []));
  await task.destroy();
  return texts;
}

/** Share of letters and digits that both texts have, regardless of their order. */
function sameLetters(a: readonly string[], b: readonly string[]): number {
  const [first, second] = [lettersOf(a), lettersOf(b)];
  const waiting = new Map<string, number>();
  for (const letter of first) waiting.set(letter, (waiting.get(letter) ?? 0) + 1);
  let shared = 0;
  for (const letter of second) {
    const left = waiting.get(letter) ?? 0;
    if (left > 0) shared += 1;
    waiting.set(letter, left - 1);
  }
  return (2 * shared) / Math.max(1, first.length + second.length);
}

function lettersOf(texts: readonly string[]): readonly string[] {
  return (
    texts
      .join('')
      .normalize('NFKC')
      .match(/[\p{L}\p{N}]/gu) ?? []
  );
}
