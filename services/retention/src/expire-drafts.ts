import { expiredDraftsIn, type Database } from '@docfleet/database';
import { uploadFolder, type Clock } from '@docfleet/domain';
import type { RemovableObjectStore } from '@docfleet/objects';
import { removeAll } from './adapters/run-objects.ts';

/** Drafts read at a time. */
const pageSize = 100;

/** How long after its expiry a draft is removed, in milliseconds: no call that began before it lasts longer. */
const afterExpiryMs = 60 * 60 * 1_000;

/**
 * Removes drafts of batches that have expired, at most `limit`, each with the uploads of its files. The uploads go first,
 * so that an interrupted removal is repeated. In a dry run they are only counted, up to a page.
 *
 * @throws FailureError `DATABASE_UNAVAILABLE`, `STORE_UNAVAILABLE`
 */
export async function expireDrafts(
  parts: {
    readonly database: Pick<Database, 'session'>;
    readonly store: Pick<RemovableObjectStore, 'list' | 'remove'>;
    readonly clock: Clock;
    readonly dryRun: boolean;
  },
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<{ readonly count: number; readonly complete: boolean }> {
  const drafts = expiredDraftsIn(parts.database.session);
  let count = 0;
  while (count < limit) {
    const page = await drafts.before(parts.clock.now() - afterExpiryMs, pageSize);
    if (parts.dryRun) return { count: page.length, complete: page.length < pageSize };
    for (const { batchId, tenantId, runIds } of page) {
      signal.throwIfAborted();
      for (const runId of runIds) {
        await removeAll(parts.store, { prefix: `${uploadFolder(tenantId)}${runId}/` }, signal);
      }
      await drafts.remove(batchId);
    }
    count += page.length;
    if (page.length < pageSize) return { count, complete: true };
  }
  return { count, complete: false };
}
