import { createHash } from 'node:crypto';
import { Agent } from 'node:https';
import { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Connection } from '@docfleet/connections';
import { FailureError, formatObjectUri, type ByteRange, type ObjectRef } from '@docfleet/domain';
import pLimit from 'p-limit';
import { readBounded } from './bounded.ts';
import { addressOf, checkKey, createJson, parseJson } from './names-and-values.ts';
import type {
  CreatedJson,
  CreatedObject,
  DroppedObject,
  FolderLister,
  ListedObject,
  ObjectFacts,
  ParseJson,
  RemovableObjectStore,
} from './object-store.ts';
import { listDropped, listOwn } from './s3-lister.ts';
import { isNameTaken, isWriteConflict, toStoreError } from './store-failure.ts';
import { uploadStream } from './upload.ts';

/** Address and keys of the store, TLS, where failures are reported, and limits. */
export interface ObjectStoreOptions extends Connection {
  /** `http://host:port` or `https://host:port` of the S3 service. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Bucket in the path instead of the host name; default true, as most servers outside AWS need it. */
  readonly forcePathStyle?: boolean;
  /** Time limit to open a connection, in milliseconds, default 2,000. */
  readonly connectTimeoutMs?: number;
  /** Time limit for the start of a response, in milliseconds, default 20,000. */
  readonly requestTimeoutMs?: number;
  /** Time limit of an idle connection, in milliseconds, default 10,000. */
  readonly idleTimeoutMs?: number;
  /** Attempts of a request, default 3. */
  readonly maxAttempts?: number;
}

/** Connections to the store at most, as the client has by default. */
const maxConnections = 50;

/**
 * Streams that are stored at the same time. Each holds two parts of 5 MiB in memory, so together they hold at most 80 MiB,
 * however many callers there are; the others wait.
 */
const maxUploads = 8;

/** Longest JSON object that is read: the manifest of 200 dense pages stays far below. */
const maxJsonBytes = 64 * 1024 * 1024;

/** Longest object that is read when a name exists. */
const maxExistingBytes = 256 * 1024 * 1024;

/** Keys that one request removes at most, as S3 allows. */
const maxKeysAtOnce = 1_000;

/** Attempts of a conditional write when the name disappears, or is being written, in between. */
const maxCreateTries = 5;

export function openObjectStore(options: ObjectStoreOptions): RemovableObjectStore & FolderLister {
  return new S3ObjectStore(createClient(options), options.bucket);
}

function createClient(options: ObjectStoreOptions): S3Client {
  const client = new S3Client({
    endpoint: options.endpoint,
    region: options.region,
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    forcePathStyle: options.forcePathStyle ?? true,
    maxAttempts: options.maxAttempts ?? 3,
    // Single writes carry a SHA-256; not every server supports the default checksums of the client.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: options.connectTimeoutMs ?? 2_000,
      requestTimeout: options.requestTimeoutMs ?? 20_000,
      throwOnRequestTimeout: true,
      socketTimeout: options.idleTimeoutMs ?? 10_000,
      ...(options.tls !== undefined && {
        httpsAgent: new Agent({ ...options.tls, keepAlive: true, maxSockets: maxConnections }),
      }),
    },
  });
  const { onFailure } = options;
  if (onFailure !== undefined) {
    client.middlewareStack.add(
      (next) => async (call) => {
        try {
          return await next(call);
        } catch (error) {
          onFailure(error);
          throw error;
        }
      },
      { step: 'initialize', name: 'reportFailures' },
    );
  }
  return client;
}

class S3ObjectStore implements RemovableObjectStore, FolderLister {
  readonly #uploads = pLimit(maxUploads);
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  uriOf(key: string): string {
    return formatObjectUri({ bucket: this.#bucket, key });
  }

  async read(uri: string, options: { signal: AbortSignal; maxBytes: number }): Promise<Buffer> {
    const { signal, maxBytes } = options;
    const { stream, sizeBytes } = await this.openRead(uri, signal);
    if (sizeBytes > maxBytes) {
      stream.destroy();
      throw new FailureError('DOC_TOO_LARGE', { limit: maxBytes, actual: sizeBytes });
    }
    try {
      return await readBounded(stream, maxBytes);
    } catch (error) {
      throw toStoreError(error, 'read', signal);
    }
  }

  async createOnce(
    key: string,
    bytes: Uint8Array,
    mediaType: string,
    signal: AbortSignal,
  ): Promise<CreatedObject> {
    checkKey(this.uriOf(key));
    const digest = createHash('sha256').update(bytes).digest();
    const ours = {
      uri: this.uriOf(key),
      sha256: digest.toString('hex'),
      mediaType,
      sizeBytes: bytes.byteLength,
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#putOnce(key, bytes, { mediaType, checksum: digest.toString('base64'), signal });
        return { ref: ours, created: true };
      } catch (error) {
        if (!isNameTaken(error) && !(isWriteConflict(error) && attempt < maxCreateTries)) {
          throw toStoreError(error, 'write', signal);
        }
      }
      const existing = await this.#readExisting(key, signal);
      if (existing !== undefined) return compareExisting(ours, existing);
      if (attempt >= maxCreateTries) throw new FailureError('STORE_UNAVAILABLE');
    }
  }

  async readJson<T>(uri: string, parse: ParseJson<T>, signal: AbortSignal): Promise<T> {
    return parseJson(await this.read(uri, { signal, maxBytes: maxJsonBytes }), parse);
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
    const { bucket, key } = addressOf(uri);
    try {
      const answer = await this.#client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), {
        abortSignal: signal,
      });
      return factsOf(uri, answer);
    } catch (error) {
      const translated = toStoreError(error, 'read', signal);
      if (translated instanceof FailureError && translated.code === 'SOURCE_NOT_FOUND') return undefined;
      throw translated;
    }
  }

  list(prefix: string, signal: AbortSignal, after?: string): AsyncGenerator<ListedObject> {
    return listOwn(this.#client, { bucket: this.#bucket, prefix, after }, signal);
  }

  listFolder(
    folder: { readonly bucket: string; readonly folder: string },
    signal: AbortSignal,
  ): AsyncGenerator<DroppedObject> {
    return listDropped(this.#client, folder, signal);
  }

  async remove(keys: readonly string[], signal: AbortSignal): Promise<void> {
    for (let start = 0; start < keys.length; start += maxKeysAtOnce) {
      const Objects = keys.slice(start, start + maxKeysAtOnce).map((Key) => ({ Key }));
      const command = new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } });
      try {
        const { Errors: refused = [] } = await this.#client.send(command, { abortSignal: signal });
        const [first] = refused;
        if (first === undefined) continue;
        throw new Error(
          `The store refused to remove ${refused.length} objects, the first one with ${first.Code ?? 'no code'}`,
        );
      } catch (error) {
        throw toStoreError(error, 'write', signal);
      }
    }
  }

  upload(
    key: string,
    stream: Readable,
    options: { mediaType: string; maxBytes: number; signal: AbortSignal },
  ): Promise<ObjectRef> {
    return this.#uploads(() => uploadStream(this.#client, { bucket: this.#bucket, key }, stream, options));
  }

  async openRead(
    uri: string,
    signal: AbortSignal,
    range?: ByteRange,
  ): Promise<ObjectFacts & { readonly stream: Readable }> {
    const { bucket, key } = addressOf(uri);
    const Range = range === undefined ? undefined : `bytes=${String(range.first)}-${String(range.last)}`;
    try {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }), {
        abortSignal: signal,
      });
      if (!(answer.Body instanceof Readable)) throw new TypeError('The response of the store has no body.');
      return { ...factsOf(uri, answer), stream: answer.Body };
    } catch (error) {
      throw toStoreError(error, 'read', signal);
    }
  }

  async ready(signal?: AbortSignal): Promise<void> {
    try {
      await this.#client.send(
        new HeadBucketCommand({ Bucket: this.#bucket }),
        signal === undefined ? {} : { abortSignal: signal },
      );
    } catch (error) {
      throw toStoreError(error, 'probe', signal);
    }
  }

  close(): void {
    this.#client.destroy();
  }

  async #putOnce(
    key: string,
    bytes: Uint8Array,
    options: { mediaType: string; checksum: string; signal: AbortSignal },
  ): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      Body: bytes,
      ContentLength: bytes.byteLength,
      ContentType: options.mediaType,
      ChecksumSHA256: options.checksum,
      IfNoneMatch: '*',
    });
    await this.#client.send(command, { abortSignal: options.signal });
  }

  /** The stored object of an existing name; undefined when it was deleted meanwhile or is not readable yet. */
  async #readExisting(key: string, signal: AbortSignal): Promise<ExistingObject | undefined> {
    try {
      const { stream, mediaType } = await this.openRead(this.uriOf(key), signal);
      return { bytes: await readBounded(stream, maxExistingBytes), mediaType };
    } catch (error) {
      const translated = toStoreError(error, 'read', signal);
      if (translated instanceof FailureError && translated.code === 'SOURCE_NOT_FOUND') return undefined;
      throw translated;
    }
  }
}

interface ExistingObject {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

function compareExisting(ours: ObjectRef, existing: ExistingObject): CreatedObject {
  const sha256 = createHash('sha256').update(existing.bytes).digest('hex');
  if (sha256 === ours.sha256) return { ref: ours, created: false };
  const ref = {
    uri: ours.uri,
    sha256,
    mediaType: existing.mediaType,
    sizeBytes: existing.bytes.byteLength,
  };
  return { ref, created: false, existing: existing.bytes };
}

function factsOf(
  uri: string,
  answer: {
    ContentLength?: number | undefined;
    ContentType?: string | undefined;
    ETag?: string | undefined;
  },
): ObjectFacts {
  return {
    uri,
    sizeBytes: answer.ContentLength ?? 0,
    mediaType: answer.ContentType ?? 'application/octet-stream',
    ...(answer.ETag === undefined ? {} : { etag: answer.ETag }),
  };
}
