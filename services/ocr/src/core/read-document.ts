import {
  lanes,
  readingRoutes,
  type Lane,
  type ObjectRef,
  type PageManifest,
  type PageReading,
  type PreparedPage,
  type ReadingManifest,
  type ReadingRoute,
} from '@docfleet/domain';
import { inParallel } from './in-parallel.ts';
import { wordFacts, type ReadPage } from './page-reader.ts';

/** Where a document's finished pages stand; what is kept stays the first that was. */
export interface ReadingShelf {
  /** Pages kept by an earlier attempt, by number. */
  keptPages(): Promise<ReadonlyMap<number, KeptReading>>;
  keepPage(reading: PageReading): Promise<KeptReading>;
}

export interface KeptReading {
  readonly ref: ObjectRef;
  readonly reading: PageReading;
}

export interface DocumentReaderParts {
  readonly shelf: ReadingShelf;
  /** Reads a page that has no text of its own. */
  readonly read: (page: PreparedPage, signal: AbortSignal) => Promise<ReadPage>;
  readonly parallel: number;
  readonly signal: AbortSignal;
}

/**
 * Reads all pages of a document that an earlier attempt did not finish. Every page is kept as soon as it is read, so
 * that a crash costs the pages in work only (M-16).
 */
export async function readDocument(
  manifest: PageManifest,
  { shelf, read, parallel, signal }: DocumentReaderParts,
): Promise<ReadingManifest> {
  const kept = await shelf.keptPages();
  const pages = await inParallel(manifest.pages, { limit: parallel, signal }, async (page, pageSignal) => {
    const known = kept.get(page.page);
    if (known !== undefined) return entryOf(known, false);
    const { reading, fromCache } =
      page.reading === null || page.textLayer !== 'trusted'
        ? await read(page, pageSignal)
        : { reading: page.reading, fromCache: false };
    return entryOf(await shelf.keepPage(reading), fromCache);
  });
  return { pages };
}

function entryOf({ ref, reading }: KeptReading, fromCache: boolean): ReadingManifest['pages'][number] {
  const { page, engine, engineVersion, lines } = reading;
  return { page, reading: ref, engine, engineVersion, fromCache, ...wordFacts(lines) };
}

/** Urgent pages come first whichever document they belong to. */
export function priorityOf(lane: Lane): number {
  return lanes.indexOf(lane);
}

/** The route a run asks for; an unknown one, from a newer fleet, is read with `otherwise`. */
export function routeOf(name: string, otherwise: ReadingRoute): ReadingRoute {
  return readingRoutes.find((route) => route === name) ?? otherwise;
}

/** Longest an attempt may take: two minutes, or ten seconds a page (M-10). */
export function readTimeoutMs(pages: number): number {
  return Math.max(120_000, 10_000 * pages);
}
