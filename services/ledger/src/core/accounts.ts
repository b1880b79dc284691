import { outcomeStatuses, type OutcomeStatus } from '@docfleet/domain';

/** How many runs there were, how they ended, and how many are on their way. */
export interface Accounts {
  readonly accepted: number;
  readonly ended: Readonly<Record<OutcomeStatus, number>>;
  readonly inFlight: number;
  /** accepted - ended - in flight: 0, or something was lost or counted twice (O-03). */
  readonly difference: number;
}

/** `counts` from the accounts; `inFlight` counted on its own, over the runs themselves. */
export function accountsOf(counts: ReadonlyMap<string, number>, inFlight: number): Accounts {
  const accepted = counts.get('accepted') ?? 0;
  const ended = Object.fromEntries(
    outcomeStatuses.map((status) => [status, counts.get(`ended.${status}`) ?? 0]),
  ) as Record<OutcomeStatus, number>;
  const endedInAll = Object.values(ended).reduce((sum, count) => sum + count, 0);
  return { accepted, ended, inFlight, difference: accepted - endedInAll - inFlight };
}
