import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, open, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal, pipeline, type Readable } from 'node:stream';
import { type ByteRange, FailureError, formatObjectUri, toFailure, type ObjectRef } from '@docfleet/domain';
import { openMeter } from './bounded.ts';
import type {
  CreatedJson,
  CreatedObject,
  ListedObject,
  ObjectFacts,
  ParseJson,
  RemovableObjectStore,
} from './object-store.ts';
import { addressOf, checkKey, createJson, parseJson } from './names-and-values.ts';

export interface FolderStoreOptions {
  /** An empty folder that belongs to this store; whoever made it removes it. */
  readonly folder: string;
  readonly bucket: string;
  /** Told of each failure of the folder itself, such as a full disk. */
  readonly onFailure?: (error: unknown) => void;
}

interface StoredFile {
  readonly path: string;
  readonly ref: ObjectRef;
  readonly modifiedAt: number;
}

/**
 * A store in files of one folder, for a fleet that is one process. Names are in memory alone: the objects end with the
 * process, and nothing is promised beyond it.
 */
export function openFolderStore(options: FolderStoreOptions): RemovableObjectStore {
  return new FolderStore(options);
}

class FolderStore implements RemovableObjectStore {
  readonly #options: FolderStoreOptions;
  readonly #files = new Map<string, StoredFile>();

  constructor(options: FolderStoreOptions) {
    this.#options = options;
  }

  uriOf(key: string): string {
    return formatObjectUri({ bucket: this.#options.bucket, key });
  }

  async read(uri: string, options: { signal: AbortSignal; maxBytes: number }): Promise<Buffer> {
    const { signal, maxBytes } = options;
    const { path, ref } = this.#find(uri, signal);
    if (ref.sizeBytes > maxBytes) {
      throw new FailureError('DOC_TOO_LARGE', { limit: maxBytes, actual: ref.sizeBytes });
    }
    return this.#guard(signal, () => readFile(path, { signal }));
  }

  async createOnce(
    key: string,
    bytes: Uint8Array,
    mediaType: string,
    signal: AbortSignal,
  ): Promise<CreatedObject> {
    const uri = this.uriOf(key);
    checkKey(uri);
    signal.throwIfAborted();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const ours = { uri, sha256, mediaType, sizeBytes: bytes.byteLength };
    if (!this.#files.has(key)) {
      const path = this.#newPath();
      await this.#guard(signal, () => writeFile(path, bytes, { signal, flag: 'wx' }));
      // Looked at again, and set, without a wait in between: another writer may have been first.
      if (!this.#files.has(key)) {
        this.#files.set(key, { path, ref: ours, modifiedAt: Date.now() });
        return { ref: ours, created: true };
      }
      await unlink(path);
    }
    const { ref, path } = this.#find(uri, signal);
    if (ref.sha256 === sha256) return { ref: ours, created: false };
    return { ref, created: false, existing: await this.#guard(signal, () => readFile(path, { signal })) };
  }

  async readJson<T>(uri: string, parse: ParseJson<T>, signal: AbortSignal): Promise<T> {
    const { path } = this.#find(uri, signal);
    return parseJson(await this.#guard(signal, () => readFile(path, { signal })), parse);
  }

  createJsonOnce<T>(
    key: string,
    value: T,
    parse: ParseJson<T>,
    signal: AbortSignal,
  ): Promise<CreatedJson<T>> {
    return createJson(this, { key, value, parse, signal });
  }

  async head(uri: string, signal: AbortSignal): Promise<ObjectFacts | undefined> {
    signal.throwIfAborted();
    const { bucket, key } = addressOf(uri);
    const file = bucket === this.#options.bucket ? this.#files.get(key) : undefined;
    return await Promise.resolve(file === undefined ? undefined : factsOf(file));
  }

  async *list(prefix: string, signal: AbortSignal, after = ''): AsyncGenerator<ListedObject> {
    const keys = [...this.#files.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    for (const key of keys) {
      signal.throwIfAborted();
      const file = this.#files.get(key);
      if (file === undefined) continue;
      const { uri, sizeBytes } = file.ref;
      yield await Promise.resolve({ uri, key, sizeBytes, modifiedAt: file.modifiedAt });
    }
  }

  async remove(keys: readonly string[], signal: AbortSignal): Promise<void> {
    for (const key of keys) {
      signal.throwIfAborted();
      const file = this.#files.get(key);
      this.#files.delete(key);
      if (file !== undefined) await this.#guard(signal, () => unlink(file.path));
    }
  }

  async upload(
    key: string,
    stream: Readable,
    options: { mediaType: string; maxBytes: number; signal: AbortSignal },
  ): Promise<ObjectRef> {
    const { mediaType, maxBytes, signal } = options;
    signal.throwIfAborted();
    const path = this.#newPath();
    const meter = openMeter(maxBytes);
    // An error that ends the source early ends the meter too, so a truncated document is never stored as complete.
    pipeline(stream, meter.stream, () => undefined);
    try {
      await this.#writeStream(path, addAbortSignal(signal, meter.stream), signal);
    } catch (error) {
      stream.destroy();
      await unlink(path).catch(() => undefined);
      throw signal.aborted ? signal.reason : error;
    }
    const before = this.#files.get(key);
    const ref = { uri: this.uriOf(key), mediaType, ...meter.finish() };
    this.#files.set(key, { path, ref, modifiedAt: Date.now() });
    if (before !== undefined) await this.#guard(signal, () => unlink(before.path));
    return ref;
  }

  async openRead(
    uri: string,
    signal: AbortSignal,
    range?: ByteRange,
  ): Promise<ObjectFacts & { readonly stream: Readable }> {
    const file = this.#find(uri, signal);
    const facts = factsOf(file);
    if (range === undefined) return await Promise.resolve({ ...facts, stream: createReadStream(file.path) });
    const { first, last } = range;
    const stream = createReadStream(file.path, { start: first, end: last });
    return { ...facts, sizeBytes: Math.min(last, facts.sizeBytes - 1) - first + 1, stream };
  }

  async ready(signal: AbortSignal = new AbortController().signal): Promise<void> {
    await this.#guard(signal, () => access(this.#options.folder, constants.W_OK));
  }

  close(): void {
    this.#files.clear();
  }

  /** A name that is derived from no key, so no key can leave the folder. */
  #newPath(): string {
    return join(this.#options.folder, randomUUID());
  }

  #find(uri: string, signal: AbortSignal): StoredFile {
    signal.throwIfAborted();
    const { bucket, key } = addressOf(uri);
    const file = bucket === this.#options.bucket ? this.#files.get(key) : undefined;
    if (file === undefined) throw new FailureError('SOURCE_NOT_FOUND');
    return file;
  }

  async #writeStream(path: string, stream: Readable, signal: AbortSignal): Promise<void> {
    const file = await this.#guard(signal, () => open(path, 'wx'));
    try {
      for await (const chunk of stream) await this.#guard(signal, () => file.writeFile(chunk as Uint8Array));
    } finally {
      await file.close();
    }
  }

  /** Translates errors of the file system. */
  async #guard<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      this.#options.onFailure?.(error);
      // Whoever was told may have ended everything, with a reason that says more.
      signal.throwIfAborted();
      const code = toFailure(error).code === 'STORE_FULL' ? 'STORE_FULL' : 'STORE_UNAVAILABLE';
      throw new FailureError(code, {}, { cause: error });
    }
  }
}

function factsOf({ ref: { uri, sizeBytes, mediaType } }: StoredFile): ObjectFacts {
  return { uri, sizeBytes, mediaType };
}
