import type { Batch } from '@docfleet/contracts';
import { batchesIn, runsIn, tenantEventsIn, type KeyHolder } from '@docfleet/database';
import { FailureError, isBatchEnd } from '@docfleet/domain';
import type { Publisher } from '../adapters/publisher.ts';
import { found } from '../core/found.ts';
import type { BatchIntake } from './accept-batch.ts';

/**
 * Cancels what has not ended of a batch. A draft ends at once; otherwise the ledger ends the batch when its runs have
 * ended. Repeating it is safe, and continues one that was interrupted.
 *
 * @throws FailureError `NOT_FOUND`, `ALREADY_ENDED`, `BROKER_UNAVAILABLE`, `REGISTRY_UNAVAILABLE`, `DATABASE_UNAVAILABLE`
 */
export async function cancelBatch(
  { intake, database, publisher }: BatchIntake & { readonly publisher: Pick<Publisher, 'cancellation'> },
  call: { readonly tenantId: string; readonly batchId: string; readonly holder: Pick<KeyHolder, 'keyId'> },
): Promise<Batch> {
  const { tenantId, batchId, holder } = call;
  const at = intake.clock.now();
  const { batch, runIds } = await database.asTenant(tenantId, async (session) => {
    const batches = batchesIn(session);
    const known = found(await batches.lock(batchId));
    if (isBatchEnd(known.state)) throw new FailureError('ALREADY_ENDED');
    if (known.state === 'DRAFT') {
      await batches.cancelDraft(batchId, at);
      const { requestId, counts } = known;
      const data = { batchId, requestId, state: 'CANCELLED', revision: 1, counts };
      await tenantEventsIn(session).add({ tenantId, type: 'batch.cancelled', subject: batchId, data, at });
    } else await batches.askCancel(batchId, at);
    const files = known.state === 'DRAFT' ? [] : await batches.files(batchId);
    return { batch: found(await batches.find(batchId)), runIds: files.map(({ runId }) => runId) };
  });
  for (const runId of runIds) {
    const run = await database.asTenant(tenantId, (session) => runsIn(session).find(runId));
    if (run?.endedAt === null) await publisher.cancellation(run, holder.keyId);
  }
  return batch;
}
