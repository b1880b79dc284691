import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FailureError } from '@docfleet/domain';
import { startWorkerPool, WorkerTimeoutError } from '@docfleet/workers';
import type { EngineReading, PageEngine } from '../core/engine.ts';
import type { TesseractJob, TesseractSetup } from './tesseract-child.ts';

export interface TesseractEngineOptions {
  readonly size: number;
  readonly maxPixels: number;
  readonly pageTimeoutMs: number;
}

/** Versions of packages (pinned in package.json), language data and post-processing; must change with them. */
const version = 'tesseract.js-7.0.0/eng-best-int-4.0.0/1';
/** Limit of a child's writable memory, in MB. */
const maxDataMb = 1536;
/** Pages after which a child is replaced. */
const pagesPerChild = 100;

/** Starts the fallback engine: less accurate and slower than the networks, and independent of them. */
export function startTesseractEngine(options: TesseractEngineOptions): PageEngine {
  const { maxPixels, pageTimeoutMs } = options;
  const pool = startWorkerPool<TesseractJob, EngineReading>({
    name: 'tesseract',
    module: new URL('./tesseract-child.ts', import.meta.url),
    size: options.size,
    maxOldSpaceMb: 256,
    maxDataMb,
    recycleAfter: pagesPerChild,
    setup: { languageFolder: languageFolder(), maxPixels } satisfies TesseractSetup,
    env: { VIPS_BLOCK_UNTRUSTED: '1', TZ: 'UTC' },
  });
  return {
    name: 'tesseract',
    async read(image, { signal, priority }) {
      try {
        return await pool.run({ image }, { signal, priority, timeoutMs: pageTimeoutMs });
      } catch (error) {
        if (error instanceof WorkerTimeoutError) throw new FailureError('TIMEOUT_OCR', {}, { cause: error });
        throw error;
      }
    },
    version: () => Promise.resolve(version),
    close: () => pool.close(),
  };
}

function languageFolder(): string {
  const manifest = createRequire(import.meta.url).resolve('@tesseract.js-data/eng/package.json');
  return join(dirname(manifest), '4.0.0_best_int');
}
