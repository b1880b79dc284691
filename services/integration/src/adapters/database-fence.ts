import { outcomesIn, type Session } from '@docfleet/database';
import type { Fence } from '../ports.ts';

/** The fence in Postgres: primary key (runId, revision), first insert wins. */
export function databaseFence(session: Session): Fence {
  const outcomes = outcomesIn(session);
  return {
    claim: (outcome) => outcomes.claim(outcome),
    find: (runId, revision) => outcomes.find(runId, revision),
  };
}
