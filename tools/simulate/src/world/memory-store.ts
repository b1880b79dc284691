import { createHash } from 'node:crypto';
import { FailureError, type ObjectRef } from '@docfleet/domain';
import type { CreatedObject, ListedObject, ObjectStore } from '@docfleet/objects';
import type { Boundary } from '../plan/plan.ts';
import type { Caller, Server } from './server.ts';

interface StoredObject {
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly mediaType: string;
}

const bucket = 's3://docfleet/';

/** The objects of the store. */
export class Objects {
  readonly #objects = new Map<string, StoredObject>();

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  keys(prefix: string): readonly string[] {
    return [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
  }

  /** Creates an object, unless the name exists. */
  create(key: string, bytes: Uint8Array, mediaType: string): CreatedObject {
    const stored = this.#objects.get(key);
    if (stored !== undefined) {
      const same = stored.bytes.equals(bytes);
      const ref = refOf(key, stored);
      return same ? { ref, created: false } : { ref, created: false, existing: stored.bytes };
    }
    const object = {
      bytes: Buffer.from(bytes),
      sha256: createHash('sha256').update(bytes).digest('hex'),
      mediaType,
    };
    this.#objects.set(key, object);
    return { ref: refOf(key, object), created: true };
  }
}

export function uriOf(key: string): string {
  return `${bucket}${key}`;
}

function refOf(key: string, object: StoredObject): ObjectRef {
  const { sha256, mediaType, bytes } = object;
  return { uri: uriOf(key), sha256, mediaType, sizeBytes: bytes.length };
}

/** The store for one process; `passed` is called at writes that are boundaries of a step. */
export function storeOf(options: {
  readonly objects: Objects;
  readonly server: Server;
  readonly caller: Caller;
  readonly passed: (boundary: Boundary) => void;
}): ObjectStore {
  const { objects, server, caller, passed } = options;
  const find = (uri: string): StoredObject => {
    const object = objects.get(uri.slice(bucket.length));
    if (object === undefined) throw new FailureError('SOURCE_NOT_FOUND');
    return object;
  };
  const createOnce = (
    key: string,
    bytes: Uint8Array,
    mediaType: string,
    signal: AbortSignal,
  ): Promise<CreatedObject> =>
    server.call(
      caller,
      () => {
        const created = objects.create(key, bytes, mediaType);
        const boundary = boundaryOf(key);
        if (boundary !== undefined) passed(boundary);
        return created;
      },
      signal,
    );
  const unused = (): never => {
    throw new Error('Not used by stages');
  };
  return {
    createOnce,
    read: (uri, { signal }) => server.call(caller, () => find(uri).bytes, signal),
    readJson: (uri, parse, signal) =>
      server.call(caller, () => parse(JSON.parse(find(uri).bytes.toString())), signal),
    createJsonOnce: async (key, value, parse, signal) => {
      const bytes = Buffer.from(JSON.stringify(value));
      const { ref, created, existing } = await createOnce(key, bytes, 'application/json', signal);
      return existing === undefined
        ? { value, ref, created }
        : { value: parse(JSON.parse(existing.toString())), ref, created };
    },
    head: (uri, signal) =>
      server.call(
        caller,
        () => {
          const object = objects.get(uri.slice(bucket.length));
          return object === undefined
            ? undefined
            : { uri, sizeBytes: object.bytes.length, mediaType: object.mediaType };
        },
        signal,
      ),
    list: async function* (prefix, signal): AsyncGenerator<ListedObject> {
      const keys = await server.call(caller, () => objects.keys(prefix), signal);
      for (const key of keys) yield { uri: uriOf(key), key, sizeBytes: 0, modifiedAt: 0 };
    },
    upload: unused,
    openRead: unused,
    ready: () => Promise.resolve(),
    uriOf,
    close: () => undefined,
  };
}

function boundaryOf(key: string): Boundary | undefined {
  if (key.startsWith('claims/')) return 'claim';
  if (key.includes('/preprocess@')) return 'pages';
  return key.endsWith('/result.json') ? 'bundle' : undefined;
}
