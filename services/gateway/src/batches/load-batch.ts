import type { Batch, BatchFileWithRun, BatchSummary } from '@docfleet/contracts';
import { batchesIn, type BatchFilter, type Database } from '@docfleet/database';
import { found } from '../core/found.ts';

/** A batch with its files, in the order of their numbers, and what is known of their runs. */
export interface LoadedBatch {
  readonly batch: Batch;
  readonly files: readonly BatchFileWithRun[];
}

/** A batch of one tenant. @throws FailureError `NOT_FOUND`, also for one of another tenant, `DATABASE_UNAVAILABLE` */
export function loadBatch(
  database: Pick<Database, 'asTenant'>,
  tenantId: string,
  batchId: string,
): Promise<LoadedBatch> {
  return database.asTenant(tenantId, async (session) => {
    const batches = batchesIn(session);
    const batch = found(await batches.find(batchId));
    return { batch, files: await batches.filesWithRuns(batchId) };
  });
}

/** A page of a tenant's batches, newest first. @throws FailureError `DATABASE_UNAVAILABLE` */
export function listBatches(
  database: Pick<Database, 'asTenant'>,
  filter: BatchFilter,
): Promise<readonly BatchSummary[]> {
  return database.asTenant(filter.tenantId, (session) => batchesIn(session).list(filter));
}
