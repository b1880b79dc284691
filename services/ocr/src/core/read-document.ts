import {
  cleanText,
  lanes,
  mapConcurrently,
  readingRoutes,
  type Lane,
  type ObjectRef,
  type PageManifest,
  type PageReading,
  type PreparedPage,
  type ReadingManifest,
  type ReadingRoute,
} from '@docfleet/domain';
import { wordFacts, type ReadPage } from './page-reader.ts';
import { readPrepared } from './read-prepared.ts';

/** Stores the readings of one document's pages. The first one stored for a page stands. */
export interface PageReadingStore {
  /** Readings stored by earlier attempts, by page number. */
  storedPages(): Promise<ReadonlyMap<number, StoredReading>>;
  /** Returns the stored reading: the one of an earlier attempt, if there was one. */
  savePage(reading: PageReading): Promise<StoredReading>;
}

export interface StoredReading {
  readonly ref: ObjectRef;
  readonly reading: PageReading;
}

export interface DocumentReaderParts {
  readonly pageStore: PageReadingStore;
  /** Reads a page whose words are not all in a trusted text layer. */
  readonly read: (page: PreparedPage, signal: AbortSignal) => Promise<ReadPage>;
  /** Pages processed at the same time. */
  readonly parallel: number;
  readonly signal: AbortSignal;
  /** Told at the start and after every page how many are read, out of how many. */
  readonly onPages?: (pagesDone: number, pageCount: number) => void;
}

/**
 * Reads all pages of a document that no earlier attempt has stored. Every page is stored as soon as it is read, so a crash
 * repeats only the pages that were being read (M-16).
 */
export async function readDocument(
  manifest: PageManifest,
  { pageStore, read, parallel, signal, onPages }: DocumentReaderParts,
): Promise<ReadingManifest> {
  const stored = await pageStore.storedPages();
  const pageCount = manifest.pages.length;
  let pagesDone = 0;
  onPages?.(pagesDone, pageCount);
  const pages = await mapConcurrently(
    manifest.pages,
    { limit: parallel, signal },
    async (page, pageSignal) => {
      const known = stored.get(page.page);
      const entry =
        known === undefined
          ? await readOnce(page, { pageStore, read, signal: pageSignal })
          : entryOf(known, false);
      pagesDone += 1;
      onPages?.(pagesDone, pageCount);
      return entry;
    },
  );
  return { pages };
}

/** Reads a page, as far as its text layer does not have its words, and stores the reading. */
async function readOnce(
  page: PreparedPage,
  { pageStore, read, signal }: Pick<DocumentReaderParts, 'pageStore' | 'read' | 'signal'>,
): Promise<ReadingManifest['pages'][number]> {
  const { reading, fromCache } = await readPrepared(page, (unread) => read(unread, signal));
  return entryOf(await pageStore.savePage(cleanReading(reading)), fromCache);
}

/**
 * A reading with every character replaced that no store keeps: whatever read the page (an engine, the cache, a text layer),
 * nothing else leaves this stage.
 */
export function cleanReading(reading: PageReading): PageReading {
  const clean = <T extends { readonly text: string }>(part: T): T => ({
    ...part,
    text: cleanText(part.text),
  });
  return {
    ...reading,
    lines: reading.lines.map((line) => ({ ...clean(line), words: line.words.map(clean) })),
  };
}

function entryOf({ ref, reading }: StoredReading, fromCache: boolean): ReadingManifest['pages'][number] {
  const { page, engine, engineVersion, lines } = reading;
  return { page, reading: ref, engine, engineVersion, fromCache, ...wordFacts(lines) };
}

/** Priority of a run's pages: lower values are read first, over all documents. */
export function priorityOf(lane: Lane): number {
  return lanes.indexOf(lane);
}

/** The route of a run; `otherwise` for a route that this release does not know. */
export function routeOf(name: string, otherwise: ReadingRoute): ReadingRoute {
  return readingRoutes.find((route) => route === name) ?? otherwise;
}

/** Time limit of an attempt, in milliseconds: that of a document, or that of its pages if it is more (M-10). */
export interface ReadLimits {
  readonly documentMs: number;
  readonly pageMs: number;
}

export const defaultReadLimits: ReadLimits = { documentMs: 120_000, pageMs: 10_000 };

export function readTimeoutMs(pages: number, { documentMs, pageMs }: ReadLimits): number {
  return Math.max(documentMs, pageMs * pages);
}
