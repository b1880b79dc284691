import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  BucketAlreadyExists,
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { endpoints } from '@docfleet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openObjectStore, type ObjectStore, type ObjectStoreOptions } from '../src/index.ts';

async function createBucket(options: ObjectStoreOptions): Promise<void> {
  const client = new S3Client({ ...options, credentials: options, forcePathStyle: true });
  try {
    await client.send(new CreateBucketCommand({ Bucket: options.bucket }));
  } catch (error) {
    if (!(error instanceof BucketAlreadyExists) && !(error instanceof BucketAlreadyOwnedByYou)) throw error;
  } finally {
    client.destroy();
  }
}

const { signal } = new AbortController();
const folder = `object-store-test/${randomUUID()}`;
let store: ObjectStore;

beforeAll(async () => {
  await createBucket(endpoints().s3);
  store = openObjectStore(endpoints().s3);
  await store.ready(signal);
});

afterAll(() => {
  store.close();
});

describe('createOnce', () => {
  it('creates an object, and returns a reference to read it', async () => {
    const key = `${folder}/new.txt`;
    const result = await store.createOnce(key, Buffer.from('abc'), 'text/plain', signal);
    expect(result).toEqual({
      created: true,
      ref: {
        uri: store.uriOf(key),
        sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
        mediaType: 'text/plain',
        sizeBytes: 3,
      },
    });
    await expect(store.read(result.ref.uri, { signal, maxBytes: 3 })).resolves.toEqual(Buffer.from('abc'));
  });

  it('returns the same reference for the same bytes', async () => {
    const first = await store.createOnce(`${folder}/same`, Buffer.from('abc'), 'text/plain', signal);
    const again = await store.createOnce(`${folder}/same`, Buffer.from('abc'), 'text/plain', signal);
    expect(again).toEqual({ created: false, ref: first.ref });
  });

  it('keeps the first object, and returns it to a later writer', async () => {
    const first = await store.createOnce(`${folder}/taken`, Buffer.from('first'), 'text/plain', signal);
    const second = await store.createOnce(`${folder}/taken`, Buffer.from('second'), 'image/png', signal);
    expect(second).toEqual({ created: false, ref: first.ref, existing: Buffer.from('first') });
  });

  it('has one winner among twenty, and returns its value to all', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        store.createJsonOnce(`${folder}/race`, { index }, (value) => value as { index: number }, signal),
      ),
    );
    expect(results.filter((result) => result.created)).toHaveLength(1);
    expect(new Set(results.map((result) => result.value.index)).size).toBe(1);
  });
});

describe('read', () => {
  it.each(['s3://docfleet/none/such', 's3://no-such-bucket-here/a', 'file:///etc/passwd', 's3://../../x'])(
    'throws SOURCE_NOT_FOUND for %s',
    async (uri) => {
      await expect(store.read(uri, { signal, maxBytes: 10 })).rejects.toMatchObject({
        code: 'SOURCE_NOT_FOUND',
      });
    },
  );

  it('refuses an object above the limit', async () => {
    const { ref } = await store.createOnce(`${folder}/long`, Buffer.from('abcd'), 'text/plain', signal);
    await expect(store.read(ref.uri, { signal, maxBytes: 3 })).rejects.toMatchObject({
      code: 'DOC_TOO_LARGE',
      details: { limit: 3, actual: 4 },
    });
  });

  it('reads an empty object and a key with odd characters', async () => {
    const { ref } = await store.createOnce(`${folder}/ä b+c%20?#.txt`, Buffer.alloc(0), 'text/plain', signal);
    await expect(store.read(ref.uri, { signal, maxBytes: 3 })).resolves.toEqual(Buffer.alloc(0));
  });

  it('throws the reason of an abort', async () => {
    const { ref } = await store.createOnce(`${folder}/abort`, Buffer.from('abc'), 'text/plain', signal);
    const reason = new Error('stopped');
    await expect(store.read(ref.uri, { signal: AbortSignal.abort(reason), maxBytes: 3 })).rejects.toBe(
      reason,
    );
  });
});

describe('readJson', () => {
  it('throws INTERNAL_ERROR for invalid JSON', async () => {
    const { ref } = await store.createOnce(
      `${folder}/bad.json`,
      Buffer.from('{'),
      'application/json',
      signal,
    );
    await expect(store.readJson(ref.uri, (value) => value, signal)).rejects.toMatchObject({
      code: 'INTERNAL_ERROR',
    });
  });
});

describe('head and list', () => {
  it('return metadata of existing objects only', async () => {
    const { ref } = await store.createOnce(`${folder}/list/b`, Buffer.from('ab'), 'text/plain', signal);
    await store.createOnce(`${folder}/list/a`, Buffer.from('a'), 'text/plain', signal);
    await expect(store.head(ref.uri, signal)).resolves.toEqual({
      uri: ref.uri,
      sizeBytes: 2,
      mediaType: 'text/plain',
    });
    await expect(store.head(store.uriOf(`${folder}/list/c`), signal)).resolves.toBeUndefined();
    const listed: [string, number][] = [];
    for await (const { key, sizeBytes } of store.list(`${folder}/list/`, signal))
      listed.push([key, sizeBytes]);
    expect(listed).toEqual([
      [`${folder}/list/a`, 1],
      [`${folder}/list/b`, 2],
    ]);
  });
});

describe('A-08 upload', () => {
  it('streams several parts and returns the digest', async () => {
    const bytes = randomBytes(11 * 1024 * 1024);
    const options = { mediaType: 'application/pdf', maxBytes: bytes.byteLength, signal };
    const ref = await store.upload(
      `${folder}/big.pdf`,
      Readable.from(bytes, { highWaterMark: 65_536 }),
      options,
    );
    const { stream, mediaType, sizeBytes } = await store.openRead(ref.uri, signal);
    const stored = await buffer(stream);
    expect({ mediaType, sizeBytes, same: stored.equals(bytes) }).toEqual({
      mediaType: 'application/pdf',
      sizeBytes: ref.sizeBytes,
      same: true,
    });
    await expect(
      store.createOnce(`${folder}/big-copy`, bytes, 'application/pdf', signal),
    ).resolves.toMatchObject({
      ref: { sha256: ref.sha256 },
    });
  });

  it('stores nothing of a stream that is too long', async () => {
    const chunks = Array.from({ length: 12 }, () => Buffer.alloc(1024 * 1024));
    const options = { mediaType: 'application/pdf', maxBytes: 11 * 1024 * 1024, signal };
    await expect(store.upload(`${folder}/too-long`, Readable.from(chunks), options)).rejects.toMatchObject({
      code: 'DOC_TOO_LARGE',
    });
    await expect(store.head(store.uriOf(`${folder}/too-long`), signal)).resolves.toBeUndefined();
  });

  it('stores nothing of a stream that breaks, and throws its error', async () => {
    const broken = new Error('connection reset');
    async function* breaking() {
      yield await Promise.resolve(Buffer.alloc(6 * 1024 * 1024));
      throw broken;
    }
    const options = { mediaType: 'application/pdf', maxBytes: 20_000_000, signal };
    await expect(store.upload(`${folder}/broken`, Readable.from(breaking()), options)).rejects.toBe(broken);
    await expect(store.head(store.uriOf(`${folder}/broken`), signal)).resolves.toBeUndefined();
  });

  it('stops when the signal aborts', async () => {
    const controller = new AbortController();
    const reason = new Error('caller left');
    async function* endless() {
      yield Buffer.alloc(1024);
      controller.abort(reason);
      await new Promise(() => undefined);
    }
    const options = { mediaType: 'application/pdf', maxBytes: 20_000_000, signal: controller.signal };
    await expect(store.upload(`${folder}/stopped`, Readable.from(endless()), options)).rejects.toBe(reason);
    await expect(store.head(store.uriOf(`${folder}/stopped`), signal)).resolves.toBeUndefined();
  });
});

describe('an unavailable store', () => {
  const quick = { connectTimeoutMs: 200, requestTimeoutMs: 200, maxAttempts: 1 };

  it('is STORE_UNAVAILABLE when the connection is refused', async () => {
    const absent = openObjectStore({ ...endpoints().s3, ...quick, endpoint: 'http://127.0.0.1:9' });
    await expect(absent.ready(signal)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(absent.read('s3://docfleet/a', { signal, maxBytes: 1 })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    absent.close();
  });

  it('is STORE_UNAVAILABLE when it never answers', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const silent = openObjectStore({
      ...endpoints().s3,
      ...quick,
      endpoint: `http://127.0.0.1:${String(port)}`,
    });
    await expect(silent.createOnce('a', Buffer.from('a'), 'text/plain', signal)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    silent.close();
    server.close();
  });

  it('is STORE_UNAVAILABLE with a wrong secret, not a document fault', async () => {
    const unauthorized = openObjectStore({ ...endpoints().s3, ...quick, secretAccessKey: 'wrong' });
    await expect(
      unauthorized.read(store.uriOf(`${folder}/new.txt`), { signal, maxBytes: 3 }),
    ).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    unauthorized.close();
  });
});
