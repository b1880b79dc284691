import type { Readable } from 'node:stream';
import type { ByteRange, ObjectRef } from '@docfleet/domain';

/** Metadata of a stored object; its digest is only in references to it. */
export interface ObjectFacts {
  readonly uri: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  /** Changes when the bytes do; quoted, as in HTTP. Absent where the store gives none. */
  readonly etag?: string;
}

export interface ListedObject {
  readonly uri: string;
  readonly key: string;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

export interface CreatedObject {
  /** The stored object of this name. */
  readonly ref: ObjectRef;
  /** False when the name existed, even with the same bytes. */
  readonly created: boolean;
  /** The stored bytes, when they differ from the given ones. */
  readonly existing?: Buffer;
}

export interface CreatedJson<T> {
  /** The stored value: the given one, or that of the first writer. */
  readonly value: T;
  readonly ref: ObjectRef;
  readonly created: boolean;
}

/** Validates parsed JSON; throws when it is not valid. */
export type ParseJson<T> = (value: unknown) => T;

/**
 * Objects named by `s3://bucket/key`. Keys are in the store's own bucket; uris may name another one.
 *
 * Every method throws `STORE_UNAVAILABLE` (network, timeouts, server errors), writing ones also `STORE_FULL`;
 * they throw the reason of an aborted signal.
 */
export interface ObjectStore {
  /**
   * Reads a whole object. Throws `SOURCE_NOT_FOUND` (missing, forbidden, or an invalid uri) and `DOC_TOO_LARGE` when it
   * is longer than `maxBytes`, before reading all of it.
   */
  read(uri: string, options: { signal: AbortSignal; maxBytes: number }): Promise<Buffer>;
  /** Creates conditionally: if the name exists the first object stays and is returned (`created` false). */
  createOnce(key: string, bytes: Uint8Array, mediaType: string, signal: AbortSignal): Promise<CreatedObject>;
  /** Reads and parses JSON; throws `INTERNAL_ERROR` when it is not valid. */
  readJson<T>(uri: string, parse: ParseJson<T>, signal: AbortSignal): Promise<T>;
  /** `createOnce` for a JSON value. Returns the stored value: the given one, or the first one, read through `parse`. */
  createJsonOnce<T>(key: string, value: T, parse: ParseJson<T>, signal: AbortSignal): Promise<CreatedJson<T>>;
  /** Undefined when the object does not exist or may not be read. */
  head(uri: string, signal: AbortSignal): Promise<ObjectFacts | undefined>;
  /** Objects whose key starts with `prefix`, in the order of their keys. */
  list(prefix: string, signal: AbortSignal): AsyncIterable<ListedObject>;
  /**
   * Stores a stream in parts, a few streams at a time; a later upload of the same key replaces it. Throws `DOC_TOO_LARGE`
   * when the stream is longer than `maxBytes`; nothing is stored then. An error of the stream is rethrown unchanged.
   */
  upload(
    key: string,
    stream: Readable,
    options: { mediaType: string; maxBytes: number; signal: AbortSignal },
  ): Promise<ObjectRef>;
  /**
   * Opens an object, or some of its bytes, as a stream; `sizeBytes` is the number of bytes that come. Throws
   * `SOURCE_NOT_FOUND`. The caller consumes or destroys the stream.
   */
  openRead(
    uri: string,
    signal: AbortSignal,
    range?: ByteRange,
  ): Promise<ObjectFacts & { readonly stream: Readable }>;
  /** Resolves when the bucket answers. */
  ready(signal?: AbortSignal): Promise<void>;
  /** `s3://bucket/key` of a key in the store's own bucket. */
  uriOf(key: string): string;
  close(): void;
}

/** A store whose objects can be removed; stages use it as `ObjectStore`. */
export interface RemovableObjectStore extends ObjectStore {
  /** As for any store; with `after` only keys that come later. */
  list(prefix: string, signal: AbortSignal, after?: string): AsyncIterable<ListedObject>;
  /** Removes objects; a key that does not exist is not an error. */
  remove(keys: readonly string[], signal: AbortSignal): Promise<void>;
}

/** An object that somebody else has put into a folder. */
export interface DroppedObject extends ListedObject {
  /** Changes when the bytes do; quoted, as in HTTP. Null where the store gives none. */
  readonly etag: string | null;
}

/** A folder of any bucket that the store may list. */
export interface FolderLister {
  /**
   * The objects of a folder, in the order of the store. `folder` ends with a slash; empty: the whole bucket. Throws
   * `SOURCE_NOT_FOUND` for a bucket that does not exist or may not be listed, and `STORE_UNAVAILABLE`.
   */
  listFolder(
    at: { readonly bucket: string; readonly folder: string },
    signal: AbortSignal,
  ): AsyncIterable<DroppedObject>;
}
