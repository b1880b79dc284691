import {
  FailureError,
  type Clock,
  type DocumentLimits,
  type PageManifest,
  type PreparedPage,
} from '@docfleet/domain';
import { sniffMediaType, type MediaType } from './media-type.ts';
import type { MadePage, MadePages, PageMaker } from './page.ts';
import { chunksOf, type Chunk } from './chunks.ts';

/** A page as it is kept, with what must be known to go on from it. */
export interface KeptPage {
  readonly pageCount: number;
  readonly page: PreparedPage;
}

/** Where a document's pages are kept; what is there already is found again. */
export interface PageShelf {
  manifest(): Promise<PageManifest | undefined>;
  keptPages(): Promise<readonly KeptPage[]>;
  /** Keeps image and facts; gives the page that stands, which is an earlier one where there was one. */
  keepPage(page: MadePage, pageCount: number): Promise<KeptPage>;
  keepManifest(manifest: PageManifest): Promise<PageManifest>;
}

export interface PrepareOptions {
  readonly maker: PageMaker;
  readonly shelf: PageShelf;
  readonly limits: DocumentLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Parts of a document worked at the same time. */
  readonly parallel: number;
}

/** Time a document may take, in milliseconds, and what each page beyond the tenth adds. */
const documentMs = 25_000;
const freePages = 10;
const pageMs = 2_000;

/** Time of one call of the maker: opening, and each page. */
const openMs = 8_000;
const drawMs = 1_000;

/** Time in milliseconds that preparing a document of so many pages may take. */
export function prepareTimeoutMs(pages: number): number {
  return documentMs + Math.max(0, pages - freePages) * pageMs;
}

/**
 * Prepares a document: type by content, limits, upright page images and the words of good text layers (D-01, D-02).
 * Finished pages are not made again (M-16). Throws `FailureError`: the document faults, `DOC_CRASHED_PARSER` when a
 * page killed its reader twice, `TIMEOUT_PREPARE`, and what the shelf throws.
 */
export async function prepareDocument(bytes: Uint8Array, options: PrepareOptions): Promise<PageManifest> {
  const { shelf, limits } = options;
  const standing = await shelf.manifest();
  if (standing !== undefined) return standing;
  if (bytes.byteLength > limits.maxBytes) {
    throw new FailureError('DOC_TOO_LARGE', { limit: limits.maxBytes, actual: bytes.byteLength });
  }
  const mediaType = sniffMediaType(bytes);
  const work = new DocumentWork(bytes, mediaType, options);
  const { pageCount, kept, tooSmall } = await work.finish(await shelf.keptPages());
  if (kept.length === 0) throw new FailureError(tooSmall > 0 ? 'DOC_EMPTY' : 'DOC_CORRUPT');
  const pages = kept.map(({ page }) => page).sort((a, b) => a.page - b.page);
  return shelf.keepManifest({ mediaType, pageCount, pages });
}

interface Finished {
  readonly pageCount: number;
  readonly kept: readonly KeptPage[];
  readonly tooSmall: number;
}

/** The pages of one document on their way from maker to shelf. */
class DocumentWork {
  readonly #bytes: Uint8Array;
  readonly #mediaType: MediaType;
  readonly #options: PrepareOptions;
  readonly #startedAt: number;
  #pageCount = 1;
  #tooSmall = 0;
  #hasFailed = false;

  constructor(bytes: Uint8Array, mediaType: MediaType, options: PrepareOptions) {
    this.#bytes = bytes;
    this.#mediaType = mediaType;
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  async finish(found: readonly KeptPage[]): Promise<Finished> {
    const kept = [...found];
    const known = found[0]?.pageCount;
    const chunkPages = pagesPerChunk(this.#bytes.byteLength);
    if (known === undefined) {
      kept.push(...(await this.#prepare({ firstPage: 1, count: chunkPages })));
    } else {
      this.#pageCount = known;
    }
    // An animation has one page to read; its other frames are counted, not read.
    const readable = this.#mediaType === 'application/pdf' || this.#mediaType === 'image/tiff';
    const tried = new Set(kept.map(({ page }) => page.page));
    if (known === undefined) for (let page = 1; page <= chunkPages; page += 1) tried.add(page);
    const left = readable ? chunksOf(this.#pageCount, tried, chunkPages) : [];
    const queue = left.values();
    const worker = async (): Promise<void> => {
      for (const chunk of queue) {
        if (this.#hasFailed) return;
        try {
          kept.push(...(await this.#prepare(chunk)));
        } catch (error) {
          this.#hasFailed = true;
          throw error;
        }
      }
    };
    await allOrFirstError(Array.from({ length: Math.max(1, this.#options.parallel) }, worker));
    return { pageCount: this.#pageCount, kept, tooSmall: this.#tooSmall };
  }

  /** Makes and keeps a chunk; when it fails its reader, page by page, so that one page is found guilty. */
  async #prepare(chunk: Chunk): Promise<readonly KeptPage[]> {
    try {
      return await this.#makeAndKeep(chunk);
    } catch (error) {
      if (!isReaderFailure(error)) throw error;
      if (chunk.count === 1) return await this.#tryAgain(chunk, error);
    }
    const kept: KeptPage[] = [];
    for (let page = chunk.firstPage; page < chunk.firstPage + chunk.count; page += 1) {
      if (page > this.#pageCount && page > chunk.firstPage) break;
      const single = { firstPage: page, count: 1 };
      try {
        kept.push(...(await this.#makeAndKeep(single)));
      } catch (error) {
        if (!isReaderFailure(error)) throw error;
        kept.push(...(await this.#tryAgain(single, error)));
      }
    }
    return kept;
  }

  /** The second and last try of one page. A page that took too long once will do so again. */
  async #tryAgain(chunk: Chunk, first: FailureError): Promise<readonly KeptPage[]> {
    if (first.code === 'TIMEOUT_PREPARE') throw first;
    try {
      return await this.#makeAndKeep(chunk);
    } catch (error) {
      if (!isReaderFailure(error) || error.code === 'TIMEOUT_PREPARE') throw error;
      // A reader that cannot even read a page of ours is broken itself: that is no fault of the document.
      if (!(await this.#options.maker.isHealthy(this.#options.signal))) throw error;
      throw new FailureError('DOC_CRASHED_PARSER', { page: chunk.firstPage }, { cause: error });
    }
  }

  async #makeAndKeep(chunk: Chunk): Promise<readonly KeptPage[]> {
    const { pageCount, pages, tooSmall } = await this.#make(chunk);
    this.#pageCount = pageCount;
    this.#tooSmall += tooSmall;
    const kept: KeptPage[] = [];
    for (const page of pages) kept.push(await this.#options.shelf.keepPage(page, pageCount));
    return kept;
  }

  #make(chunk: Chunk): Promise<MadePages> {
    const { maker, limits, clock, signal } = this.#options;
    const left = this.#startedAt + prepareTimeoutMs(this.#pageCount) - clock.now();
    if (left <= 0) throw new FailureError('TIMEOUT_PREPARE', { page: chunk.firstPage });
    return maker.make(
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

/** Every call of the maker carries the whole document, so large files come in larger parts. */
function pagesPerChunk(sizeBytes: number): number {
  return sizeBytes < 2_000_000 ? 4 : 8;
}

function isReaderFailure(error: unknown): error is FailureError {
  return (
    error instanceof FailureError && (error.code === 'WORKER_CRASHED' || error.code === 'TIMEOUT_PREPARE')
  );
}

/** Waits for all, also when one fails, so that nothing is still at work when the error is seen. */
async function allOrFirstError(promises: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(promises);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
