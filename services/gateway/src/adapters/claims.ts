import { claimName, type SourcePosition } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import { z } from 'zod';

const claim = z.object({
  source: z.object({ topic: z.string(), partition: z.int(), offset: z.string() }),
});

/** The position of the record that claimed a run; undefined without a claim. @throws FailureError `STORE_UNAVAILABLE` */
export async function findClaim(
  store: Pick<ObjectStore, 'head' | 'readJson' | 'uriOf'>,
  runId: string,
  signal: AbortSignal,
): Promise<SourcePosition | undefined> {
  const uri = store.uriOf(claimName(runId));
  if ((await store.head(uri, signal)) === undefined) return undefined;
  return store.readJson(uri, (value) => claim.parse(value).source, signal);
}
