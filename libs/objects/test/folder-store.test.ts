import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFolderStore, type RemovableObjectStore } from '../src/index.ts';
import { objectStoreCases } from './object-store-cases.ts';

const { signal } = new AbortController();
let folder: string;
let store: RemovableObjectStore;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-folder-store-'));
  store = openFolderStore({ folder, bucket: 'docfleet' });
});

afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

objectStoreCases(() => store);

describe('the folder', () => {
  it('holds a file for each object, and none for what was refused, replaced or removed', async () => {
    const own = mkdtempSync(join(tmpdir(), 'docfleet-folder-store-'));
    const other = openFolderStore({ folder: own, bucket: 'docfleet' });
    const upload = (key: string, text: string, maxBytes = 10) =>
      other.upload(key, Readable.from([Buffer.from(text)]), { mediaType: 'text/plain', maxBytes, signal });
    await upload('a', 'one');
    await upload('a', 'two');
    await expect(upload('b', 'too long for ten')).rejects.toMatchObject({ code: 'DOC_TOO_LARGE' });
    await other.createOnce('c', Buffer.from('c'), 'text/plain', signal);
    await Promise.all(
      ['1', '2', '3'].map((text) => other.createOnce('d', Buffer.from(text), 'text/plain', signal)),
    );
    await other.remove(['c'], signal);
    expect(readdirSync(own)).toHaveLength(2);
    await expect(other.read(other.uriOf('a'), { signal, maxBytes: 3 })).resolves.toEqual(Buffer.from('two'));
    rmSync(own, { recursive: true });
  });

  it('is STORE_UNAVAILABLE when it is gone, and says so to whoever opened it', async () => {
    const failures: unknown[] = [];
    const gone = openFolderStore({
      folder: join(folder, 'gone'),
      bucket: 'docfleet',
      onFailure: (error) => failures.push(error),
    });
    const unavailable = { code: 'STORE_UNAVAILABLE' };
    await expect(gone.createOnce('a', Buffer.from('a'), 'text/plain', signal)).rejects.toMatchObject(
      unavailable,
    );
    await expect(gone.ready()).rejects.toMatchObject(unavailable);
    const stop = new AbortController();
    const reason = new Error('the folder is gone');
    const stopping = openFolderStore({
      folder: join(folder, 'gone'),
      bucket: 'docfleet',
      onFailure: () => {
        stop.abort(reason);
      },
    });
    await expect(stopping.createOnce('a', Buffer.from('a'), 'text/plain', stop.signal)).rejects.toBe(reason);
    expect(failures).toMatchObject([{ code: 'ENOENT' }, { code: 'ENOENT' }]);
  });
});
