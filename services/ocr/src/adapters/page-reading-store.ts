import { createHash } from 'node:crypto';
import { pageName, type ObjectRef } from '@docfleet/domain';
import type { StoredReading, PageReadingStore } from '../core/read-document.ts';
import { parseReading } from './records.ts';

/** The methods of `ObjectStore` that this stage uses. */
export interface ReadingStore {
  read(uri: string, options: { signal: AbortSignal; maxBytes: number }): Promise<Buffer>;
  readJson<T>(uri: string, parse: (value: unknown) => T, signal: AbortSignal): Promise<T>;
  createJsonOnce<T>(
    key: string,
    value: T,
    parse: (value: unknown) => T,
    signal: AbortSignal,
  ): Promise<{ readonly value: T; readonly ref: ObjectRef }>;
  list(prefix: string, signal: AbortSignal): AsyncIterable<{ readonly uri: string; readonly key: string }>;
}

/** Largest stored reading that is read back; readings have a few hundred kilobytes at most. */
const maxPageBytes = 32 * 1024 * 1024;

/** Stores the readings of one run in the object store, below `folder`. */
export function openPageReadingStore(
  store: ReadingStore,
  folder: string,
  signal: AbortSignal,
): PageReadingStore {
  return {
    async storedPages() {
      const stored = new Map<number, StoredReading>();
      for await (const { uri } of store.list(`${folder}/pages/`, signal)) {
        const page = await readStored(store, uri, signal);
        stored.set(page.reading.page, page);
      }
      return stored;
    },
    async savePage(reading) {
      const key = `${folder}/pages/${pageName(reading.page, 'json')}`;
      const { value, ref } = await store.createJsonOnce(key, reading, parseReading, signal);
      return { reading: value, ref };
    },
  };
}

async function readStored(store: ReadingStore, uri: string, signal: AbortSignal): Promise<StoredReading> {
  const bytes = await store.read(uri, { signal, maxBytes: maxPageBytes });
  return {
    reading: parseReading(JSON.parse(bytes.toString())),
    ref: {
      uri,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      mediaType: 'application/json',
      sizeBytes: bytes.length,
    },
  };
}
