import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FailureError } from '@docfleet/domain';
import { startWorkerPool, WorkerTimeoutError } from '@docfleet/workers';
import type { RenderedPages, PageRenderer, PageRequest } from '../core/page.ts';

export interface PagePoolOptions {
  /** Child processes; one per core. */
  readonly size: number;
  /** Folders that a child may read. */
  readonly readRoots: readonly string[];
  /** Called after every job with the number of children that crashed or were killed so far. */
  readonly onRestarts?: (restarts: number) => void;
}

/** Jobs after which a child is replaced. */
const recycleAfter = 100;

/** Memory limits of a child in MB: the JavaScript heap, and all writable memory including WebAssembly and images. */
const maxOldSpaceMb = 512;
const maxDataMb = 1_500;

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
 * no processes, and are killed when they take too long or use too much memory.
 */
export function startPagePool(options: PagePoolOptions): PagePool {
  const pool = startWorkerPool<PageRequest, RenderedPages>({
    name: 'pages',
    module: new URL('./page-child.ts', import.meta.url),
    size: options.size,
    recycleAfter,
    setup: null,
    maxOldSpaceMb,
    maxDataMb,
    permission: { readRoots: options.readRoots },
    env: {
      // libvips is a native addon; this disables its loaders that are not hardened against hostile files.
      NODE_OPTIONS: '--allow-addons',
      VIPS_BLOCK_UNTRUSTED: '1',
    },
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

/** Folders that a child has to read: packages, libraries and this service. */
export function programFolders(): readonly string[] {
  const service = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const root = dirname(dirname(service));
  return [join(root, 'node_modules'), join(root, 'libs'), service];
}
