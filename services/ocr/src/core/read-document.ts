import {
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
  /** Reads a page without a trusted text layer. */
  readonly read: (page: PreparedPage, signal: AbortSignal) => Promise<ReadPage>;
  /** Pages processed at the same time. */
  readonly parallel: number;
  readonly signal: AbortSignal;
}

/**
 * Reads all pages of a document that no earlier attempt has stored. Every page is stored as soon as it is read, so a crash
 * repeats only the pages that were being read (M-16).
 */
export async function readDocument(
  manifest: PageManifest,
  { pageStore, read, parallel, signal }: DocumentReaderParts,
): Promise<ReadingManifest> {
  const stored = await pageStore.storedPages();
  const pages = await mapConcurrently(
    manifest.pages,
    { limit: parallel, signal },
    async (page, pageSignal) => {
      const known = stored.get(page.page);
      if (known !== undefined) return entryOf(known, false);
      const { reading, fromCache } =
        page.reading === null || page.textLayer !== 'trusted'
          ? await read(page, pageSignal)
          : { reading: page.reading, fromCache: false };
      return entryOf(await pageStore.savePage(reading), fromCache);
    },
  );
  return { pages };
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

/** Time limit of an attempt, in milliseconds: two minutes, or ten seconds a page if that is more (M-10). */
export function readTimeoutMs(pages: number): number {
  return Math.max(120_000, 10_000 * pages);
}
