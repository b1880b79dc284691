import { defaultLimits, systemClock, toFailure, type PageManifest } from '@docfleet/domain';
import { chooseSandbox } from '@docfleet/workers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPagePool, type PagePool } from '../src/adapters/page-pool.ts';
import { defaultPrepareLimits, prepareDocument } from '../src/core/prepare-document.ts';
import { hostileFiles } from './hostile/hostile-files.ts';
import { memoryPageStore } from './memory-page-store.ts';
import { samplePdf } from './sample-pdf.ts';

/** Time in which an answer must come, in milliseconds. */
const answerMs = 30_000;

const files = await hostileFiles();

describe('hostile documents that the repository makes itself (R-05)', () => {
  let pool: PagePool;

  beforeAll(async () => {
    pool = startPagePool({ size: 1, sandbox: (await chooseSandbox('best')).level });
  });

  afterAll(async () => {
    await pool.close();
  });

  const prepare = (bytes: Uint8Array): Promise<PageManifest> =>
    prepareDocument(bytes, {
      renderer: pool,
      pageStore: memoryPageStore(),
      limits: defaultLimits,
      clock: systemClock,
      signal: new AbortController().signal,
      parallel: 1,
      timeLimits: defaultPrepareLimits,
    });

  const linesOf = (manifest: PageManifest): readonly string[] =>
    manifest.pages.flatMap((page) => page.reading?.lines ?? []).map((line) => line.text);

  it.each(files)(
    '$name ends as expected, in time',
    async ({ bytes, expected }) => {
      const startedAt = performance.now();
      const outcome = await prepare(bytes).then(
        () => 'processed' as const,
        (error: unknown) => toFailure(error).code,
      );
      expect(outcome).toBe(expected);
      expect(performance.now() - startedAt).toBeLessThan(answerMs);
    },
    answerMs + 10_000,
  );

  it.each(['hidden-text.pdf', 'white-on-white.pdf'])(
    'the words of %s are those that show (D-02)',
    async (name) => {
      const file = files.find((each) => each.name === name);
      expect(linesOf(await prepare(file?.bytes ?? Buffer.alloc(0)))).toEqual(['TOTAL 12.00']);
    },
  );

  it('a document that names a file of the machine as its content shows nothing of it', async () => {
    const file = files.find((each) => each.name === 'external-stream.pdf');
    expect(linesOf(await prepare(file?.bytes ?? Buffer.alloc(0)))).toEqual([]);
  });

  it.each(['one-glyph-is-nul.pdf', 'one-glyph-is-half-a-pair.pdf'])(
    'R-06: %s has a text layer without characters that no store keeps',
    async (name) => {
      const file = files.find((each) => each.name === name);
      const manifest = await prepare(file?.bytes ?? Buffer.alloc(0));
      expect(linesOf(manifest).join(' ')).toBe(
        'Invoice number of the Example Company for the goods delivered in May',
      );
      // OCR reads the word that has such a character.
      expect(manifest.pages.map(({ lacksWords }) => lacksWords)).toEqual([true]);
    },
  );

  it('R-06: a text layer with a notable share of such characters is not trusted', async () => {
    const file = files.find((each) => each.name === 'many-glyphs-are-nul.pdf');
    const { pages } = await prepare(file?.bytes ?? Buffer.alloc(0));
    expect(pages.map(({ textLayer, reading }) => [textLayer, reading])).toEqual([['garbled', null]]);
  });

  it('the next document is read as usual', async () => {
    const manifest = await prepare(samplePdf([[{ text: 'Invoice 4711', x: 72, y: 760 }]]));
    expect(linesOf(manifest)).toEqual(['Invoice 4711']);
  });

  it('are the same bytes every time', async () => {
    const [again, names] = [await hostileFiles(), new Set(files.map(({ name }) => name))];
    expect(again.map(({ bytes }) => bytes)).toEqual(files.map(({ bytes }) => bytes));
    expect(names.size).toBe(files.length);
  });
});
