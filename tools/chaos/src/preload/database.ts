import {
  deliveryWorkIn as realDeliveryWorkIn,
  openDatabase as openRealDatabase,
  outcomesIn as realOutcomesIn,
  runsIn as realRunsIn,
  type Database,
  type DatabaseOptions,
  type DeliveryWork,
  type Outcomes,
  type Runs,
  type Session,
} from '@docfleet/database';
import { between, reach } from './boundary.ts';

export * from '@docfleet/database';

/** The database with boundaries around a transaction, and inside it before the commit. */
export function openDatabase(url: string, options?: DatabaseOptions): Database {
  const database = openRealDatabase(url, options);
  return {
    ...database,
    transaction: (work) =>
      between('transaction', () =>
        database.transaction(async (session) => {
          const result = await work(session);
          await reach('transaction.inside');
          return result;
        }),
      ),
  };
}

export function deliveryWorkIn(session: Session): DeliveryWork {
  const work = realDeliveryWorkIn(session);
  return { ...work, settle: (...noted) => between('note', () => work.settle(...noted)) };
}

export function outcomesIn(session: Session): Outcomes {
  const outcomes = realOutcomesIn(session);
  return { ...outcomes, claim: (row) => between('fence', () => outcomes.claim(row)) };
}

export function runsIn(session: Session): Runs {
  const runs = realRunsIn(session);
  return {
    ...runs,
    insertFirst: (run) => between('row', () => runs.insertFirst(run)),
    acknowledge: (runId, at) => between('acknowledge', () => runs.acknowledge(runId, at)),
  };
}
