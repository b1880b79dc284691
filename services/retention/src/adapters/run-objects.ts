import { Readable } from 'node:stream';
import { claimName } from '@docfleet/domain';
import type { RemovableObjectStore } from '@docfleet/objects';
import { z } from 'zod';

/** Objects removed by one request. */
const atOnce = 500;

const claim = z.looseObject({
  source: z.object({ topic: z.string(), partition: z.int(), offset: z.string() }),
  claimDate: z.string(),
});

/** Stands for the record where a run is erased that no record has claimed. */
const noSource = { topic: '', partition: 0, offset: '' };

/**
 * Replaces the claim of a run by one that says that the run was erased and nothing else of it, also where there is none
 * yet. Gives the day of the claim, which its objects are stored under; null where the run was never claimed.
 *
 * @throws FailureError `STORE_UNAVAILABLE`
 */
export async function eraseClaim(
  store: Pick<RemovableObjectStore, 'head' | 'readJson' | 'upload' | 'uriOf'>,
  run: { readonly runId: string; readonly claimDate: string | null },
  signal: AbortSignal,
): Promise<string | null> {
  const key = claimName(run.runId);
  const uri = store.uriOf(key);
  const exists = (await store.head(uri, signal)) !== undefined;
  const standing = exists ? await store.readJson(uri, (value) => claim.parse(value), signal) : undefined;
  const claimDate = standing?.claimDate ?? run.claimDate;
  const tombstone = {
    submission: '',
    source: standing?.source ?? noSource,
    claimDate: claimDate ?? '',
    erased: true,
  };
  const bytes = Buffer.from(JSON.stringify(tombstone));
  await store.upload(key, Readable.from([bytes]), {
    mediaType: 'application/json',
    maxBytes: bytes.byteLength,
    signal,
  });
  return claimDate === '' ? null : claimDate;
}

/** Removes every object whose key starts with `prefix`, and gives their number. @throws FailureError `STORE_UNAVAILABLE` */
export async function removeAll(
  store: Pick<RemovableObjectStore, 'list' | 'remove'>,
  { prefix, modifiedUntil = Infinity }: { readonly prefix: string; readonly modifiedUntil?: number },
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  let keys: string[] = [];
  const flush = async (): Promise<void> => {
    await store.remove(keys, signal);
    removed += keys.length;
    keys = [];
  };
  for await (const { key, modifiedAt } of store.list(prefix, signal)) {
    if (modifiedAt > modifiedUntil) continue;
    keys.push(key);
    if (keys.length >= atOnce) await flush();
  }
  await flush();
  return removed;
}
