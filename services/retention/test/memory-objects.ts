import type { ListedObject, RemovableObjectStore } from '@docfleet/objects';

type Store = Pick<RemovableObjectStore, 'list' | 'remove' | 'uriOf'>;

/** Objects in memory, with times that a test sets. */
export function memoryObjects(): Store & {
  readonly keys: () => readonly string[];
  put(key: string, modifiedAt: number): void;
} {
  const objects = new Map<string, number>();
  const uriOf = (key: string): string => `s3://docfleet/${key}`;
  return {
    uriOf,
    keys: () => [...objects.keys()].sort(),
    put: (key, modifiedAt) => void objects.set(key, modifiedAt),
    remove: (keys) => {
      for (const key of keys) objects.delete(key);
      return Promise.resolve();
    },
    async *list(prefix, _signal, after = ''): AsyncGenerator<ListedObject> {
      for (const key of [...objects.keys()].sort()) {
        if (!key.startsWith(prefix) || key <= after) continue;
        const modifiedAt = objects.get(key);
        if (modifiedAt !== undefined)
          yield await Promise.resolve({ key, uri: uriOf(key), sizeBytes: 1, modifiedAt });
      }
    },
  };
}
