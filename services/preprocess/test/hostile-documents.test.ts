import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLimits, systemClock, toFailure, type FailureCode, type PageManifest } from '@docfleet/domain';
import { sharedData } from '@docfleet/testing';
import { chooseSandbox } from '@docfleet/workers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPagePool, type PagePool } from '../src/adapters/page-pool.ts';
import { defaultPrepareLimits, prepareDocument } from '../src/core/prepare-document.ts';
import { memoryPageStore } from './memory-page-store.ts';

interface HostileFile {
  readonly file: string;
  readonly kind: string;
  readonly allowed: readonly string[];
  readonly codes?: readonly string[];
  readonly readable?: boolean;
}

/** Expected rejection classes by failure code; a crash of the renderer may be damage or a decompression bomb. */
const classesOf: Partial<Record<FailureCode, readonly string[]>> = {
  PASSWORD_REQUIRED: ['password'],
  DOC_CORRUPT: ['corrupt'],
  DOC_EMPTY: ['empty'],
  UNSUPPORTED_TYPE: ['type'],
  DOC_TOO_LARGE: ['limit'],
  PAGE_TOO_LARGE: ['limit'],
  TIMEOUT_PREPARE: ['limit'],
  DOC_CRASHED_PARSER: ['corrupt', 'limit'],
};

/** Time limit for a result, in milliseconds. */
const answerMs = 30_000;

/** Minimum share of the readable files that must be processed; GIF, JPEG 2000 and old-style JPEG in TIFF are not supported. */
const minReadableShare = 0.94;

const shared = sharedData('hostile documents of other projects');
const folder = join(shared ?? '', 'hostile');
const files =
  shared === undefined
    ? []
    : readFileSync(join(folder, 'expected.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as HostileFile);

describe.skipIf(shared === undefined)('hostile documents (R-05)', () => {
  let pool: PagePool;
  const processed = new Set<string>();

  beforeAll(async () => {
    pool = startPagePool({ size: 1, sandbox: (await chooseSandbox('best')).level });
  });

  afterAll(async () => {
    await pool.close();
  });

  const prepare = (file: string): Promise<PageManifest> =>
    prepareDocument(readFileSync(join(folder, file)), {
      renderer: pool,
      pageStore: memoryPageStore(),
      limits: defaultLimits,
      clock: systemClock,
      signal: new AbortController().signal,
      parallel: 1,
      timeLimits: defaultPrepareLimits,
    });

  it.each(files)(
    '$file ($kind) ends as allowed, in time',
    async ({ file, allowed, codes = [] }) => {
      const startedAt = performance.now();
      const outcome = await prepare(file).then(
        () => 'processed' as const,
        (error: unknown) => toFailure(error).code,
      );
      const tookMs = performance.now() - startedAt;
      if (outcome === 'processed') processed.add(file);
      const kinds = outcome === 'processed' ? ['processed'] : (classesOf[outcome] ?? [outcome]);
      const fitting = outcome === 'processed' ? allowed : allowed.includes('rejected') ? codes : [];
      expect(
        kinds.some((kind) => fitting.includes(kind)),
        `${file} ended ${outcome}`,
      ).toBe(true);
      expect(tookMs).toBeLessThan(answerMs);
    },
    answerMs + 10_000,
  );

  it('most readable files are processed', () => {
    const readable = files.filter((file) => file.readable === true);
    const share = readable.filter(({ file }) => processed.has(file)).length / readable.length;
    expect(share).toBeGreaterThanOrEqual(minReadableShare);
  });

  it.each(['hidden-text-only.pdf', 'white-on-white.pdf'])(
    'only the visible words of %s are read (D-02)',
    async (file) => {
      const manifest = await prepare(file);
      const lines = manifest.pages.flatMap((page) => page.reading?.lines ?? []);
      expect(lines.map((line) => line.text)).toEqual(['TOTAL 12.00']);
    },
  );
});
