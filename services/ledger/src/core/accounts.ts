import type { OpenRun, TenantCounts } from '@docfleet/contracts';
import { outcomeStatuses, type OutcomeStatus } from '@docfleet/domain';

/** Accounts of one tenant: revisions of runs accepted, ended by status, and in flight. */
export interface Accounts {
  readonly accepted: number;
  readonly ended: Readonly<Record<OutcomeStatus, number>>;
  readonly inFlight: number;
  /** Accepted, in no topic of a stage, and not lost: the record that ends it is set aside. */
  readonly setAside: number;
  /** Held by people: in no topic of a stage until they have decided. */
  readonly held: number;
  /** accepted - ended - in flight - set aside - held. Not 0: a run was lost, or its events were (O-03). */
  readonly difference: number;
}

/** Runs found in the stages' topics, compared with the read model at the same moment. */
export interface InFlightRuns {
  /** Runs that the read model had as accepted and not ended when the scan began. */
  readonly open: readonly OpenRun[];
  /** Of these, the ones that no topic holds and that have not ended since: they are lost. */
  readonly missing: readonly OpenRun[];
  /** Runs found in a topic that the read model does not know: their events are lost. */
  readonly unknownRuns: readonly Pick<OpenRun, 'runId' | 'tenantId'>[];
}

/**
 * Runs in flight by tenant, counted in the stages' topics. Acceptances and endings are counted from other topics, so a
 * loss in any topic shows as a difference.
 */
export function inFlightOf({ open, missing, unknownRuns }: InFlightRuns): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (runs: readonly { readonly tenantId: string }[], by: 1 | -1): void => {
    for (const { tenantId } of runs) counts.set(tenantId, (counts.get(tenantId) ?? 0) + by);
  };
  add(open, 1);
  add(missing, -1);
  add(unknownRuns, 1);
  return counts;
}

/** Open runs that are in no topic, and not lost. */
export interface Elsewhere {
  readonly setAside?: readonly Pick<OpenRun, 'tenantId'>[];
  readonly held?: readonly Pick<OpenRun, 'tenantId'>[];
}

/** The accounts of every tenant that has any. `counts`, `inFlight` and the runs elsewhere must be of the same moment. */
export function accountsOf(
  counts: TenantCounts,
  inFlight: ReadonlyMap<string, number>,
  { setAside = [], held = [] }: Elsewhere = {},
): ReadonlyMap<string, Accounts> {
  const tenants = [...new Set([...counts.keys(), ...inFlight.keys()])].sort();
  const of = (runs: readonly Pick<OpenRun, 'tenantId'>[], tenantId: string): number =>
    runs.filter((run) => run.tenantId === tenantId).length;
  return new Map(
    tenants.map((tenantId) => [
      tenantId,
      accountOf(counts.get(tenantId) ?? new Map(), {
        inFlight: inFlight.get(tenantId) ?? 0,
        setAside: of(setAside, tenantId),
        held: of(held, tenantId),
      }),
    ]),
  );
}

function accountOf(
  counts: ReadonlyMap<string, number>,
  { inFlight, setAside, held }: Pick<Accounts, 'inFlight' | 'setAside' | 'held'>,
): Accounts {
  const accepted = counts.get('accepted') ?? 0;
  const ended = Object.fromEntries(
    outcomeStatuses.map((status) => [status, counts.get(`ended.${status}`) ?? 0]),
  ) as Record<OutcomeStatus, number>;
  const endedTotal = Object.values(ended).reduce((sum, count) => sum + count, 0);
  const difference = accepted - endedTotal - inFlight - setAside - held;
  return { accepted, ended, inFlight, setAside, held, difference };
}
