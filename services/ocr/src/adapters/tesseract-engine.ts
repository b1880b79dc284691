import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Line } from '@docfleet/domain';
import { parserJobsPerChild, programFolders, startWorkerPool, type SandboxLevel } from '@docfleet/workers';
import type { PageEngine } from '../core/engine.ts';
import type { Measured } from './measured.ts';
import type { PageDecoder } from './page-decoder.ts';
import { readingOf } from './reading-of.ts';
import { runInTime } from './run-in-time.ts';
import type { TesseractJob, TesseractSetup } from './tesseract-child.ts';

export interface TesseractEngineOptions {
  readonly size: number;
  readonly pageTimeoutMs: number;
  readonly decoder: PageDecoder;
  /** What keeps a child away from the machine; default: limits alone. */
  readonly sandbox?: SandboxLevel;
}

/** Versions of packages (pinned in package.json), language data and post-processing; must change with them. */
const version = 'tesseract.js-7.0.0/eng-best-int-4.0.0/1';
/** Limit of a child's writable memory, in MB. */
const maxDataMb = 1536;
/** Processor time of a child's life, in seconds: more than its pages may take together. */
const maxCpuSeconds = parserJobsPerChild * 60;

/** Starts the fallback engine: less accurate and slower than the networks, and independent of them. */
export function startTesseractEngine(options: TesseractEngineOptions): PageEngine {
  const { pageTimeoutMs, decoder, sandbox } = options;
  const pool = startWorkerPool<TesseractJob, Measured<readonly Line[]>>({
    name: 'tesseract',
    module: new URL('./tesseract-child.ts', import.meta.url),
    size: options.size,
    maxOldSpaceMb: 256,
    maxDataMb,
    maxCpuSeconds,
    readRoots: programFolders(import.meta.url),
    startsThreads: true,
    ...(sandbox === undefined ? {} : { sandbox }),
    recycleAfter: parserJobsPerChild,
    setup: { languageFolder: languageFolder() } satisfies TesseractSetup,
    env: { VIPS_BLOCK_UNTRUSTED: '1', TZ: 'UTC' },
  });
  return {
    name: 'tesseract',
    async read(image, { signal, priority }) {
      const decoded = await decoder.decode(image, { signal, priority });
      const job = { page: decoded.value };
      const options = { signal, priority, timeoutMs: pageTimeoutMs };
      return readingOf(decoded, await runInTime(() => pool.run(job, options)));
    },
    version: () => Promise.resolve(version),
    close: () => pool.close(),
  };
}

function languageFolder(): string {
  const manifest = createRequire(import.meta.url).resolve('@tesseract.js-data/eng/package.json');
  return join(dirname(manifest), '4.0.0_best_int');
}
