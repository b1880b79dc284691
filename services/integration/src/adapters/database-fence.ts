import { mayEndIn, outcomesIn, type Database } from '@docfleet/database';
import { shownIdentifier } from '@docfleet/domain';
import type { ClaimedOutcome, Fence } from '../ports.ts';

/**
 * The fence in Postgres: primary key (runId, revision), first insert wins. A tenant id that the database does not keep
 * (records of a build that did not refuse it) is stored escaped: an ending that could not be claimed would be tried for ever.
 */
export function databaseFence(database: Pick<Database, 'session' | 'transaction'>): Fence {
  const escaped = (outcome: ClaimedOutcome): ClaimedOutcome => ({
    ...outcome,
    tenantId: shownIdentifier(outcome.tenantId),
  });
  return {
    claim: (outcome, rule) => {
      if (rule === 'none') return outcomesIn(database.session).claim(escaped(outcome));
      return database.transaction(async (session) =>
        (await mayEndIn(session, outcome, rule)) ? outcomesIn(session).claim(escaped(outcome)) : undefined,
      );
    },
    find: (runId, revision) => outcomesIn(database.session).find(runId, revision),
  };
}
