import { defaultLimits, systemClock, toFailure, type PageManifest } from '@docfleet/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programFolders, startPagePool, type PagePool } from '../src/adapters/page-pool.ts';
import { prepareDocument } from '../src/core/prepare-document.ts';
import { hostileFiles } from './hostile/hostile-files.ts';
import { memoryPageStore } from './memory-page-store.ts';
import { samplePdf } from './sample-pdf.ts';

/** Time in which an answer must come, in milliseconds. */
const answerMs = 30_000;

const files = await hostileFiles();

describe('hostile documents that the repository makes itself (R-05)', () => {
  let pool: PagePool;

  beforeAll(() => {
    pool = startPagePool({ size: 1, readRoots: programFolders() });
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
