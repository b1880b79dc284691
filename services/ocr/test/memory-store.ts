import { createHash } from 'node:crypto';
import type { ObjectRef } from '@docfleet/domain';
import type { ReadingStore } from '../src/adapters/page-reading-store.ts';

/** An object store in memory; the first write of a key wins, as in the real one. */
export interface MemoryStore extends ReadingStore {
  readonly objects: Map<string, Buffer>;
  put(key: string, bytes: Buffer, mediaType: string): ObjectRef;
}

const bucket = 's3://bucket/';

export function memoryStore(): MemoryStore {
  const objects = new Map<string, Buffer>();
  const refOf = (key: string, bytes: Buffer, mediaType: string): ObjectRef => ({
    uri: `${bucket}${key}`,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    mediaType,
    sizeBytes: bytes.length,
  });
  const find = (uri: string): Buffer => {
    const bytes = objects.get(uri.slice(bucket.length));
    if (bytes === undefined) throw new Error(`there is no ${uri}`);
    return bytes;
  };
  return {
    objects,
    put: (key, bytes, mediaType) => {
      objects.set(key, bytes);
      return refOf(key, bytes, mediaType);
    },
    read: (uri) => Promise.resolve(find(uri)),
    readJson: (uri, parse) => Promise.resolve(parse(JSON.parse(find(uri).toString()))),
    createJsonOnce: (key, value, parse) => {
      const bytes = objects.get(key) ?? Buffer.from(JSON.stringify(value));
      objects.set(key, bytes);
      return Promise.resolve({
        value: parse(JSON.parse(bytes.toString())),
        ref: refOf(key, bytes, 'application/json'),
      });
    },
    async *list(prefix) {
      for (const key of [...objects.keys()].toSorted()) {
        await Promise.resolve();
        if (key.startsWith(prefix)) yield { uri: `${bucket}${key}`, key };
      }
    },
  };
}
