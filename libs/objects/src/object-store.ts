import type { Readable } from 'node:stream';
import type { ObjectRef } from '@docfleet/domain';

/** Facts about a stored object; its digest is known to whoever holds the reference, not to the store. */
export interface ObjectFacts {
  readonly uri: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
}

export interface ListedObject {
  readonly uri: string;
  readonly key: string;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

export interface CreatedObject {
  /** The object that stands under the name now. */
  readonly ref: ObjectRef;
  /** False when the name was taken, also by these same bytes. */
  readonly created: boolean;
  /** The bytes that stand when they are not the ones given. */
  readonly existing?: Buffer;
}

export interface CreatedJson<T> {
  /** The value that stands: the winner's. */
  readonly value: T;
  readonly ref: ObjectRef;
  readonly created: boolean;
}

/** Makes a value of parsed JSON or throws. */
export type ParseJson<T> = (value: unknown) => T;

/**
 * Objects named by `s3://bucket/key`. Keys are in the store's own bucket; uris may name another one.
 *
 * Every method throws `STORE_UNAVAILABLE` (network, timeouts, server errors), writing ones also `STORE_FULL`;
 * when a signal aborts, its reason is thrown.
 */
export interface ObjectStore {
  /**
   * Reads a whole object. Throws `SOURCE_NOT_FOUND` (absent, forbidden, or not such a uri) and `DOC_TOO_LARGE` when it
   * is longer than `maxBytes`, without reading it whole.
   */
  read(uri: string, options: { signal: AbortSignal; maxBytes: number }): Promise<Buffer>;
  /** Creates conditionally: if the name exists the first object stays and is returned (`created` false). */
  createOnce(key: string, bytes: Uint8Array, mediaType: string, signal: AbortSignal): Promise<CreatedObject>;
  /** Reads and parses JSON; what cannot be parsed is `INTERNAL_ERROR`. */
  readJson<T>(uri: string, parse: ParseJson<T>, signal: AbortSignal): Promise<T>;
  /** `createOnce` for a value; gives the value that stands: the one given, or the first one, read through `parse`. */
  createJsonOnce<T>(key: string, value: T, parse: ParseJson<T>, signal: AbortSignal): Promise<CreatedJson<T>>;
  /** Undefined when there is no such object or it may not be read. */
  head(uri: string, signal: AbortSignal): Promise<ObjectFacts | undefined>;
  /** Objects whose key starts with `prefix`, in the order of their keys. */
  list(prefix: string, signal: AbortSignal): AsyncIterable<ListedObject>;
  /**
   * Stores a stream without holding it whole; a later upload of the same key replaces it. Throws `DOC_TOO_LARGE`
   * when the stream is longer than `maxBytes`; nothing is stored then. An error of the stream itself is thrown as it is.
   */
  upload(
    key: string,
    stream: Readable,
    options: { mediaType: string; maxBytes: number; signal: AbortSignal },
  ): Promise<ObjectRef>;
  /** Opens an object for passing on. Throws `SOURCE_NOT_FOUND`. The caller consumes or destroys the stream. */
  openRead(uri: string, signal: AbortSignal): Promise<ObjectFacts & { readonly stream: Readable }>;
  /** Resolves when the bucket answers. */
  ready(signal?: AbortSignal): Promise<void>;
  /** `s3://bucket/key` of a key in the store's own bucket. */
  uriOf(key: string): string;
  close(): void;
}
