import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FailureError } from '@docfleet/domain';
import { startWorkerPool, WorkerTimeoutError } from '@docfleet/workers';
import type { MadePages, PageMaker, PageRequest } from '../core/page.ts';

export interface PagePoolOptions {
  /** Child processes; one per core. */
  readonly size: number;
  /** All that a child may read. */
  readonly readRoots: readonly string[];
  /** Told how many children crashed or were killed so far, whenever work has ended. */
  readonly onRestarts?: (restarts: number) => void;
}

/** Documents after which a child is replaced. */
const recycleAfter = 100;

/** Memory of a child in MB: JavaScript's heap, and everything writable including WebAssembly and images. */
const maxOldSpaceMb = 512;
const maxDataMb = 1_500;

/** A page of one line, to tell a broken reader from a broken document. */
const plainRequest: PageRequest = {
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

/** Time that page may take, in milliseconds: a child may have to start for it. */
const healthMs = 10_000;

export interface PagePool extends PageMaker {
  close(): Promise<void>;
}

/**
 * Page making in child processes that have no environment, may read only the program's own files, may start nothing,
 * and are killed when they take too long or too much memory.
 */
export function startPagePool(options: PagePoolOptions): PagePool {
  const pool = startWorkerPool<PageRequest, MadePages>({
    name: 'pages',
    module: new URL('./page-child.ts', import.meta.url),
    size: options.size,
    recycleAfter,
    setup: null,
    maxOldSpaceMb,
    maxDataMb,
    permission: { readRoots: options.readRoots },
    env: {
      // libvips is an addon; its loaders for formats that are not hardened against hostile files stay closed.
      NODE_OPTIONS: '--allow-addons',
      VIPS_BLOCK_UNTRUSTED: '1',
    },
  });
  const make: PageMaker['make'] = async (request, { signal, timeoutMs }) => {
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
    make,
    isHealthy: async (signal) => {
      try {
        return (await make(plainRequest, { signal, timeoutMs: healthMs })).pages.length === 1;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof FailureError) return false;
        throw error;
      }
    },
    close: () => pool.close(),
  };
}

/** What a child needs to read: the packages and this service. No data, no settings. */
export function programFolders(): readonly string[] {
  const service = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const root = dirname(dirname(service));
  return [join(root, 'node_modules'), join(root, 'libs'), service];
}
