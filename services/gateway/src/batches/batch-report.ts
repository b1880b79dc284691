import type { Database } from '@docfleet/database';
import { mapConcurrently } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { BatchReportInput } from '@docfleet/reports';
import { readReportFile } from '../report-files.ts';
import { loadBatch } from './load-batch.ts';

/** Files whose artifacts are read at the same time. */
const readAtOnce = 4;

/**
 * Everything that the reports of a batch say, as it is now. Undefined for a draft, which has no results.
 *
 * @throws FailureError `NOT_FOUND`, also for a batch of another tenant, `DATABASE_UNAVAILABLE`, `STORE_UNAVAILABLE`
 */
export async function readBatchReport(
  from: { readonly database: Pick<Database, 'asTenant'>; readonly store: Pick<ObjectStore, 'readJson'> },
  { tenantId, batchId }: { readonly tenantId: string; readonly batchId: string },
  signal: AbortSignal,
): Promise<BatchReportInput | undefined> {
  const { batch, files } = await loadBatch(from.database, tenantId, batchId);
  if (batch.state === 'DRAFT') return undefined;
  const { requester, period, fields } = batch.metadata;
  return {
    batchId,
    tenantId,
    state: batch.state,
    requester: requester ?? { name: null, email: null, notes: null },
    period,
    metadata: fields,
    options: textsOf(batch.options),
    createdAt: batch.createdAt,
    endedAt: batch.endedAt,
    files: await mapConcurrently(files, { limit: readAtOnce, signal }, (file, aborted) =>
      readReportFile(from.store, file, aborted),
    ),
  };
}

function textsOf(options: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
