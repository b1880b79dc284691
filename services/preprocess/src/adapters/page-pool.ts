import { FailureError } from '@docfleet/domain';
import {
  parserJobsPerChild,
  programFolders,
  startWorkerPool,
  WorkerTimeoutError,
  type SandboxLevel,
} from '@docfleet/workers';
import type { RenderedPages, PageRenderer, PageRequest } from '../core/page.ts';

export interface PagePoolOptions {
  /** Child processes; one per core. */
  readonly size: number;
  /** What keeps a child away from the machine; default: limits alone. */
  readonly sandbox?: SandboxLevel;
  /** Called after every job with the number of children that crashed or were killed so far. */
  readonly onRestarts?: (restarts: number) => void;
}

/** Memory limits of a child in MB: the JavaScript heap, and all writable memory including WebAssembly and images. */
const maxOldSpaceMb = 512;
const maxDataMb = 1_500;

/** Processor time of a child's life, in seconds: more than its jobs may take together. */
const maxCpuSeconds = parserJobsPerChild * 60;

/** A minimal PDF, to tell a broken renderer from a broken document. */
const healthCheckRequest: PageRequest = {
  bytes: Buffer.from(
    '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj ' +
      '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]/Contents 4 0 R>>endobj ' +
      '4 0 obj<</Length 18>>stream\n0 36 72 1 re f    \nendstream endobj\ntrailer<</Root 1 0 R>>\n',
    'latin1',
  ),
  mediaType: 'application/pdf',
  firstPage: 1,
  count: 1,
  maxPages: 1,
  maxPagePixels: 1_000_000,
};

/** Time for rendering it, in milliseconds, including the start of a child. */
const healthCheckMs = 10_000;

export interface PagePool extends PageRenderer {
  close(): Promise<void>;
}

/**
 * Renders pages in child processes. They have no environment variables, may read only the program's own files, may start
 * no processes, and are killed when they take too long or use too much memory. docs/sandbox.md says what each level adds.
 */
export function startPagePool(options: PagePoolOptions): PagePool {
  const pool = startWorkerPool<PageRequest, RenderedPages>({
    name: 'pages',
    module: new URL('./page-child.ts', import.meta.url),
    size: options.size,
    recycleAfter: parserJobsPerChild,
    setup: null,
    maxOldSpaceMb,
    maxDataMb,
    maxCpuSeconds,
    readRoots: programFolders(import.meta.url),
    ...(options.sandbox === undefined ? {} : { sandbox: options.sandbox }),
    // Disables the loaders of libvips that are not hardened against hostile files.
    env: { VIPS_BLOCK_UNTRUSTED: '1' },
  });
  const render: PageRenderer['render'] = async (request, { signal, timeoutMs }) => {
    try {
      return await pool.run(request, { signal, timeoutMs, priority: 0 });
    } catch (error) {
      if (error instanceof WorkerTimeoutError) {
        throw new FailureError('TIMEOUT_PREPARE', { page: request.firstPage }, { cause: error });
      }
      throw error;
    } finally {
      options.onRestarts?.(pool.stats().restarts);
    }
  };
  return {
    render,
    isHealthy: async (signal) => {
      try {
        return (await render(healthCheckRequest, { signal, timeoutMs: healthCheckMs })).pages.length === 1;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof FailureError) return false;
        throw error;
      }
    },
    close: () => pool.close(),
  };
}
