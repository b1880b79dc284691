import {
  FailureError,
  mapConcurrently,
  type Clock,
  type DocumentLimits,
  type PageManifest,
  type PreparedPage,
} from '@docfleet/domain';
import { detectMediaType, type MediaType } from './media-type.ts';
import type { RenderedPage, RenderedPages, PageRenderer } from './page.ts';
import { chunksOf, type Chunk } from './chunks.ts';

/** A stored page, with the page count that later attempts need. */
export interface StoredPage {
  readonly pageCount: number;
  readonly page: PreparedPage;
}

/** Stores the pages of one document. Later attempts find the pages of earlier ones. */
export interface PageStore {
  findManifest(): Promise<PageManifest | undefined>;
  storedPages(): Promise<readonly StoredPage[]>;
  /** Saves image and facts. Returns the stored page: the one of an earlier attempt, if there was one. */
  savePage(page: RenderedPage, pageCount: number): Promise<StoredPage>;
  saveManifest(manifest: PageManifest): Promise<PageManifest>;
}

export interface PrepareOptions {
  readonly renderer: PageRenderer;
  readonly pageStore: PageStore;
  readonly limits: DocumentLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Chunks of a document processed at the same time. */
  readonly parallel: number;
  readonly timeLimits: PrepareLimits;
  /** Told after every page how many are stored, out of how many. */
  readonly onPages?: (pagesDone: number, pageCount: number) => void;
}

/** Time limit of a document, in milliseconds, and what each page after the tenth adds to it (M-10). */
export interface PrepareLimits {
  readonly documentMs: number;
  readonly pageMs: number;
}

export const defaultPrepareLimits: PrepareLimits = { documentMs: 25_000, pageMs: 2_000 };

const freePages = 10;

/** Time limit of one call of the renderer, in milliseconds: opening, and each page. */
const openMs = 8_000;
const drawMs = 1_000;

/** Time limit for preparing a document of `pages` pages, in milliseconds. */
export function prepareTimeoutMs(pages: number, { documentMs, pageMs }: PrepareLimits): number {
  return documentMs + Math.max(0, pages - freePages) * pageMs;
}

/**
 * Prepares a document: type by content, limits, upright page images and the words of trusted text layers (D-01, D-02).
 * Stored pages are not rendered again (M-16).
 *
 * @throws FailureError the document faults, `DOC_CRASHED_PARSER` when a page crashed the renderer twice,
 *   `TIMEOUT_PREPARE`, and what the page store throws
 */
export async function prepareDocument(bytes: Uint8Array, options: PrepareOptions): Promise<PageManifest> {
  const { pageStore, limits } = options;
  const stored = await pageStore.findManifest();
  if (stored !== undefined) return stored;
  if (bytes.byteLength > limits.maxBytes) {
    throw new FailureError('DOC_TOO_LARGE', { limit: limits.maxBytes, actual: bytes.byteLength });
  }
  const mediaType = detectMediaType(bytes);
  const preparation = new DocumentPreparation(bytes, mediaType, options);
  const { pageCount, saved, tooSmall } = await preparation.run(await pageStore.storedPages());
  if (saved.length === 0) throw new FailureError(tooSmall > 0 ? 'DOC_EMPTY' : 'DOC_CORRUPT');
  const pages = saved.map(({ page }) => page).sort((a, b) => a.page - b.page);
  return pageStore.saveManifest({ mediaType, pageCount, pages });
}

interface Finished {
  readonly pageCount: number;
  readonly saved: readonly StoredPage[];
  readonly tooSmall: number;
}

/** Renders and saves the pages of one document. */
class DocumentPreparation {
  readonly #bytes: Uint8Array;
  readonly #mediaType: MediaType;
  readonly #options: PrepareOptions;
  readonly #startedAt: number;
  #pageCount = 1;
  #tooSmall = 0;
  #pagesDone = 0;

  constructor(bytes: Uint8Array, mediaType: MediaType, options: PrepareOptions) {
    this.#bytes = bytes;
    this.#mediaType = mediaType;
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  async run(found: readonly StoredPage[]): Promise<Finished> {
    const saved = [...found];
    this.#pagesDone = found.length;
    const known = found[0]?.pageCount;
    const chunkPages = pagesPerChunk(this.#bytes.byteLength);
    if (known === undefined) {
      saved.push(...(await this.#prepare({ firstPage: 1, count: chunkPages })));
    } else {
      this.#pageCount = known;
    }
    // Of an animation only the first frame is rendered; the others are counted.
    const readable = this.#mediaType === 'application/pdf' || this.#mediaType === 'image/tiff';
    const tried = new Set(saved.map(({ page }) => page.page));
    if (known === undefined) for (let page = 1; page <= chunkPages; page += 1) tried.add(page);
    const left = readable ? chunksOf(this.#pageCount, tried, chunkPages) : [];
    // After an error running chunks finish, so that their pages are stored for the next attempt.
    const { parallel, signal } = this.#options;
    await mapConcurrently(left, { limit: Math.max(1, parallel), signal }, async (chunk) => {
      saved.push(...(await this.#prepare(chunk)));
    });
    return { pageCount: this.#pageCount, saved, tooSmall: this.#tooSmall };
  }

  /** Renders and saves a chunk. When it crashes the renderer, its pages are tried one by one to find the faulty one. */
  async #prepare(chunk: Chunk): Promise<readonly StoredPage[]> {
    try {
      return await this.#renderAndSave(chunk);
    } catch (error) {
      if (!isRendererFailure(error)) throw error;
      if (chunk.count === 1) return await this.#retryPage(chunk, error);
    }
    const saved: StoredPage[] = [];
    for (let page = chunk.firstPage; page < chunk.firstPage + chunk.count; page += 1) {
      if (page > this.#pageCount && page > chunk.firstPage) break;
      const single = { firstPage: page, count: 1 };
      try {
        saved.push(...(await this.#renderAndSave(single)));
      } catch (error) {
        if (!isRendererFailure(error)) throw error;
        saved.push(...(await this.#retryPage(single, error)));
      }
    }
    return saved;
  }

  /** The second and last try of one page. A page that timed out is not tried again. */
  async #retryPage(chunk: Chunk, first: FailureError): Promise<readonly StoredPage[]> {
    if (first.code === 'TIMEOUT_PREPARE') throw first;
    try {
      return await this.#renderAndSave(chunk);
    } catch (error) {
      if (!isRendererFailure(error) || error.code === 'TIMEOUT_PREPARE') throw error;
      // A renderer that cannot render a minimal document is broken itself; the document is not at fault.
      if (!(await this.#options.renderer.isHealthy(this.#options.signal))) throw error;
      throw new FailureError('DOC_CRASHED_PARSER', { page: chunk.firstPage }, { cause: error });
    }
  }

  async #renderAndSave(chunk: Chunk): Promise<readonly StoredPage[]> {
    const { pageCount, pages, tooSmall } = await this.#render(chunk);
    this.#pageCount = pageCount;
    this.#tooSmall += tooSmall;
    const saved: StoredPage[] = [];
    for (const page of pages) {
      saved.push(await this.#options.pageStore.savePage(page, pageCount));
      this.#pagesDone += 1;
      this.#options.onPages?.(this.#pagesDone, pageCount);
    }
    return saved;
  }

  #render(chunk: Chunk): Promise<RenderedPages> {
    const { renderer, limits, timeLimits, clock, signal } = this.#options;
    const left = this.#startedAt + prepareTimeoutMs(this.#pageCount, timeLimits) - clock.now();
    if (left <= 0) throw new FailureError('TIMEOUT_PREPARE', { page: chunk.firstPage });
    return renderer.render(
      {
        bytes: this.#bytes,
        mediaType: this.#mediaType,
        firstPage: chunk.firstPage,
        count: chunk.count,
        maxPages: limits.maxPages,
        maxPagePixels: limits.maxPagePixels,
      },
      { signal, timeoutMs: Math.min(left, openMs + drawMs * chunk.count) },
    );
  }
}

/** Pages per call. Every call transfers the whole document, so large files have larger chunks. */
function pagesPerChunk(sizeBytes: number): number {
  return sizeBytes < 2_000_000 ? 4 : 8;
}

function isRendererFailure(error: unknown): error is FailureError {
  return (
    error instanceof FailureError && (error.code === 'WORKER_CRASHED' || error.code === 'TIMEOUT_PREPARE')
  );
}
