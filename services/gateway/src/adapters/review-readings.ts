import type { ObjectRef, PageReading } from '@docfleet/domain';
import { loadReadings, type ObjectStore } from '@docfleet/objects';
import { LRUCache } from 'lru-cache';

/** Pages whose words are kept in memory: the documents that people have open now. */
const maxPages = 400;

/** How long the readings of a document may take to load, in milliseconds. */
const timeoutMs = 20_000;

/** The words of the pages of a run in review. Readings never change, so they are read once while people work on them. */
export interface ReviewReadings {
  /** @throws FailureError as the store does */
  of(readings: ObjectRef | undefined): Promise<readonly PageReading[]>;
}

export function reviewReadings(store: Pick<ObjectStore, 'readJson'>): ReviewReadings {
  const cache = new LRUCache<string, readonly PageReading[]>({
    maxSize: maxPages,
    sizeCalculation: (pages) => Math.max(1, pages.length),
  });
  return {
    of: async (readings) => {
      if (readings === undefined) return [];
      const known = cache.get(readings.uri);
      if (known !== undefined) return known;
      const { pages } = await loadReadings(store, readings, AbortSignal.timeout(timeoutMs));
      cache.set(readings.uri, pages);
      return pages;
    },
  };
}
