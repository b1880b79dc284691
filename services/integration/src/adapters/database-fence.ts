import { outcomesIn, type Session } from '@docfleet/database';
import { shownIdentifier } from '@docfleet/domain';
import type { Fence } from '../ports.ts';

/**
 * The fence in Postgres: primary key (runId, revision), first insert wins. A tenant id that the database does not keep
 * (records of a build that did not refuse it) is stored escaped: an ending that could not be claimed would be tried for ever.
 */
export function databaseFence(session: Session): Fence {
  const outcomes = outcomesIn(session);
  return {
    claim: (outcome) => outcomes.claim({ ...outcome, tenantId: shownIdentifier(outcome.tenantId) }),
    find: (runId, revision) => outcomes.find(runId, revision),
  };
}
