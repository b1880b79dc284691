import { createServer } from 'node:net';
import {
  BucketAlreadyExists,
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { endpoints } from '@docfleet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openObjectStore,
  storeFailureCode,
  type RemovableObjectStore,
  type ObjectStoreOptions,
} from '../src/index.ts';
import { objectStoreCases } from './object-store-cases.ts';

async function createBucket(options: ObjectStoreOptions): Promise<void> {
  const client = new S3Client({
    endpoint: options.endpoint,
    region: options.region,
    credentials: options,
    forcePathStyle: true,
  });
  try {
    await client.send(new CreateBucketCommand({ Bucket: options.bucket }));
  } catch (error) {
    if (!(error instanceof BucketAlreadyExists) && !(error instanceof BucketAlreadyOwnedByYou)) throw error;
  } finally {
    client.destroy();
  }
}

const { signal } = new AbortController();
let store: RemovableObjectStore;

beforeAll(async () => {
  await createBucket(endpoints().s3);
  store = openObjectStore(endpoints().s3);
  await store.ready(signal);
});

afterAll(() => {
  store.close();
});

describe('a key that the store refuses', () => {
  it.each(['../claims/run', '.', 'a\u0000b'])(
    '%j is a fault of whoever named it, not an outage',
    async (key) => {
      const { s3 } = endpoints();
      const client = new S3Client({ ...s3, credentials: s3, forcePathStyle: true, maxAttempts: 1 });
      const address = { Bucket: s3.bucket, Key: key };
      try {
        const refusals: unknown[] = await Promise.all([
          client.send(new GetObjectCommand(address)).catch((error: unknown) => error),
          client.send(new HeadObjectCommand(address)).catch((error: unknown) => error),
        ]);
        expect(refusals.map((refusal) => storeFailureCode(refusal, 'read'))).toEqual([
          'SOURCE_NOT_FOUND',
          'SOURCE_NOT_FOUND',
        ]);
      } finally {
        client.destroy();
      }
    },
  );
});

objectStoreCases(() => store);

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
    await expect(unauthorized.read(store.uriOf('any.txt'), { signal, maxBytes: 3 })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    unauthorized.close();
  });
});
