import type { OpenRun, TenantCounts } from '@docfleet/database';
import { outcomeStatuses, type OutcomeStatus } from '@docfleet/domain';

/** How many revisions of runs a tenant had accepted, how they ended, and how many are on their way. */
export interface Accounts {
  readonly accepted: number;
  readonly ended: Readonly<Record<OutcomeStatus, number>>;
  readonly inFlight: number;
  /** accepted - ended - in flight: 0, or something was lost or is not accounted for (O-03). */
  readonly difference: number;
}

/** What a look into the stages' topics found, beside what the read model says of the same moment. */
export interface Census {
  /** Runs that the read model had as accepted and not ended when the look began. */
  readonly open: readonly OpenRun[];
  /** Of these, the ones that no topic holds and that have not ended since: they are lost. */
  readonly missing: readonly OpenRun[];
  /** Runs found at work of which the read model has never heard: their events are lost. */
  readonly strangers: readonly Pick<OpenRun, 'runId' | 'tenantId'>[];
}

/**
 * Runs in flight by tenant, counted where they are: in the stages' topics. Acceptances and endings are counted from
 * other topics, so that a loss anywhere shows as a difference.
 */
export function inFlightOf({ open, missing, strangers }: Census): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (runs: readonly { readonly tenantId: string }[], by: 1 | -1): void => {
    for (const { tenantId } of runs) counts.set(tenantId, (counts.get(tenantId) ?? 0) + by);
  };
  add(open, 1);
  add(missing, -1);
  add(strangers, 1);
  return counts;
}

/** The accounts of every tenant that has any; `counts` and `inFlight` are of the same moment. */
export function accountsOf(
  counts: TenantCounts,
  inFlight: ReadonlyMap<string, number>,
): ReadonlyMap<string, Accounts> {
  const tenants = [...new Set([...counts.keys(), ...inFlight.keys()])].sort();
  return new Map(
    tenants.map((tenantId) => [
      tenantId,
      accountOf(counts.get(tenantId) ?? new Map(), inFlight.get(tenantId) ?? 0),
    ]),
  );
}

function accountOf(counts: ReadonlyMap<string, number>, inFlight: number): Accounts {
  const accepted = counts.get('accepted') ?? 0;
  const ended = Object.fromEntries(
    outcomeStatuses.map((status) => [status, counts.get(`ended.${status}`) ?? 0]),
  ) as Record<OutcomeStatus, number>;
  const endedInAll = Object.values(ended).reduce((sum, count) => sum + count, 0);
  return { accepted, ended, inFlight, difference: accepted - endedInAll - inFlight };
}
