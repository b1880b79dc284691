import { batchEndingsIn, runsIn, type Database } from '@docfleet/database';
import type { Sweeper } from '../sweeper.ts';

/** The runs of all tenants for the sweeper. A rejection moves the batch of its run in the same transaction. */
export function sweptRuns(database: Pick<Database, 'session' | 'transaction'>): Sweeper['runs'] {
  const runs = runsIn(database.session);
  return {
    ...runs,
    reject: (runId, rejection) =>
      database.transaction(async (session) => {
        await runsIn(session).reject(runId, rejection);
        await batchEndingsIn(session).settle([runId], rejection.at);
      }),
  };
}
