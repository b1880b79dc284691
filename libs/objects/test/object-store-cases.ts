import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RemovableObjectStore } from '../src/index.ts';

/** What every adapter of the port `ObjectStore` is held to. */
export function objectStoreCases(opened: () => RemovableObjectStore): void {
  const { signal } = new AbortController();
  const folder = `object-store-test/${randomUUID()}`;
  let store: RemovableObjectStore;

  beforeAll(() => {
    store = opened();
  });

  describe('a key that no store has', () => {
    it.each(['//a', '../claims/run', 'a\\b', 'a%2e%2e%2fb/%2e%2e/c'])(
      '%j is not sent to the store',
      async (key) => {
        await expect(store.read(store.uriOf(key), { signal, maxBytes: 9 })).rejects.toMatchObject({
          code: 'SOURCE_NOT_FOUND',
        });
        await expect(store.head(store.uriOf(key), signal)).rejects.toMatchObject({
          code: 'SOURCE_NOT_FOUND',
        });
      },
    );
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

    it('R-06: blames the record, and no outage, for a name that the store cannot have', async () => {
      const write = (key: string) => store.createOnce(key, Buffer.from('abc'), 'text/plain', signal);
      const refused = { code: 'RECORD_INVALID' };
      await expect(write(`${folder}/${'x'.repeat(20_000)}`)).rejects.toMatchObject(refused);
      await expect(write(`${folder}/../above`)).rejects.toMatchObject(refused);
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
      const { ref } = await store.createOnce(
        `${folder}/ä b+c%20?#.txt`,
        Buffer.alloc(0),
        'text/plain',
        signal,
      );
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
      await expect(store.head(ref.uri, signal)).resolves.toMatchObject({
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

  describe('A-11: remove', () => {
    it('removes what exists, and lists what comes after a key', async () => {
      const keys = ['a', 'b', 'c'].map((name) => `${folder}/remove/${name}`);
      for (const key of keys) await store.createOnce(key, Buffer.from('a'), 'text/plain', signal);
      const listed = async (after?: string): Promise<string[]> => {
        const found: string[] = [];
        for await (const { key } of store.list(`${folder}/remove/`, signal, after)) found.push(key);
        return found;
      };
      expect(await listed(keys[0])).toEqual(keys.slice(1));
      await store.remove([`${folder}/remove/b`, `${folder}/remove/missing`], signal);
      expect(await listed()).toEqual([keys[0], keys[2]]);
      await store.remove([], signal);
      expect(await listed(keys[2])).toEqual([]);
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
      const part = await store.openRead(ref.uri, signal, { first: 10, last: 12 });
      expect([part.sizeBytes, await buffer(part.stream)]).toEqual([3, bytes.subarray(10, 13)]);
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
}
