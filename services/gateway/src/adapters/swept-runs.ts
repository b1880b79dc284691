import { batchEndingsIn, runsIn, type BatchEnd, type Database } from '@docfleet/database';
import type { Sweeper } from '../sweeper.ts';

/**
 * The runs of all tenants for the sweeper. A rejection moves the batch of its run in the same transaction; `onBatchesEnded`
 * takes the batches that have ended, for metrics.
 */
export function sweptRuns(
  database: Pick<Database, 'session' | 'transaction'>,
  onBatchesEnded: (ended: readonly BatchEnd[]) => void = () => undefined,
): Sweeper['runs'] {
  const runs = runsIn(database.session);
  return {
    ...runs,
    reject: async (runId, rejection) => {
      const ended = await database.transaction(async (session) => {
        await runsIn(session).reject(runId, rejection);
        return batchEndingsIn(session).settle([runId], rejection.at);
      });
      if (ended.length > 0) onBatchesEnded(ended);
    },
  };
}
