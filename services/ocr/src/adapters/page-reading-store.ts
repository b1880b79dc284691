import { createHash } from 'node:crypto';
import { pageName, type ObjectRef } from '@docfleet/domain';
import type { KeptReading, ReadingShelf } from '../core/read-document.ts';
import { parseReading } from './records.ts';

/** What this stage needs of the object store; `@docfleet/objects` has it. */
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

/** A page's words are a few hundred kilobytes at most. */
const maxPageBytes = 32 * 1024 * 1024;

/** The finished pages of one run in the object store, below `folder`. */
export function openReadingShelf(store: ReadingStore, folder: string, signal: AbortSignal): ReadingShelf {
  return {
    async keptPages() {
      const kept = new Map<number, KeptReading>();
      for await (const { uri } of store.list(`${folder}/pages/`, signal)) {
        const page = await readKept(store, uri, signal);
        kept.set(page.reading.page, page);
      }
      return kept;
    },
    async keepPage(reading) {
      const key = `${folder}/pages/${pageName(reading.page, 'json')}`;
      const { value, ref } = await store.createJsonOnce(key, reading, parseReading, signal);
      return { reading: value, ref };
    },
  };
}

async function readKept(store: ReadingStore, uri: string, signal: AbortSignal): Promise<KeptReading> {
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
