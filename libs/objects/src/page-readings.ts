import pLimit from 'p-limit';
import type { ObjectRef, PageReading, ReadingManifest } from '@docfleet/domain';
import type { ObjectStore } from './object-store.ts';

/** Pages read concurrently: enough to hide the latency of the store, few enough to limit memory. */
const maxParallelReads = 8;

/** The readings of a document, written by OCR. */
export interface LoadedReadings {
  readonly manifest: ReadingManifest;
  /** In the order of the manifest. */
  readonly pages: readonly PageReading[];
}

/**
 * Reads `readings.json` and the pages it names (all, or those `wanted`). They are not validated again: OCR
 * validates what it writes. Throws what the store throws.
 */
export async function loadReadings(
  store: Pick<ObjectStore, 'readJson'>,
  readings: ObjectRef,
  signal: AbortSignal,
  wanted: (page: number) => boolean = () => true,
): Promise<LoadedReadings> {
  const manifest = await store.readJson(readings.uri, (value) => value as ReadingManifest, signal);
  const refs = manifest.pages.filter(({ page }) => wanted(page)).map(({ reading }) => reading);
  const limit = pLimit(maxParallelReads);
  const pages = await limit
    .map(refs, (ref) => store.readJson(ref.uri, (value) => value as PageReading, signal))
    .finally(() => {
      // After a failure the reads still queued have no reader.
      limit.clearQueue();
    });
  return { manifest, pages };
}
