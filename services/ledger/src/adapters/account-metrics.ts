import { outcomeStatuses, type Clock } from '@docfleet/domain';
import type { Metrics } from '@docfleet/telemetry';
import type { Accounts } from '../core/accounts.ts';

/** Tenants with time series of their own; further tenants share one, so that the number of series is bounded. */
const maxTenants = 500;

const others = '(others)';

/** Exports the accounts as metrics. Every ledger exports the same ones from the database: take the maximum. */
export function exportAccounts(
  metrics: Metrics,
  clock: Clock,
): (accounts: ReadonlyMap<string, Accounts>) => void {
  const tenant = ['tenant'] as const;
  const accepted = metrics.gauge('docfleet_runs_accepted', 'Accepted revisions of runs.', tenant);
  const ended = metrics.gauge('docfleet_runs_ended', 'Ended revisions of runs, by status.', [
    ...tenant,
    'status',
  ]);
  const inFlight = metrics.gauge(
    'docfleet_runs_in_flight',
    'Accepted runs that have not ended, counted in the topics of the stages.',
    tenant,
  );
  const setAside = metrics.gauge(
    'docfleet_runs_set_aside',
    'Accepted runs whose end the read model could not store: it is set aside.',
    tenant,
  );
  const held = metrics.gauge(
    'docfleet_runs_held',
    'Accepted runs that people hold: in no topic of a stage until they have decided.',
    tenant,
  );
  const difference = metrics.gauge(
    'docfleet_accounting_difference',
    'accepted - ended - in flight - set aside - held. Not 0 for minutes: a run was lost or is not accounted for.',
    tenant,
  );
  const at = metrics.gauge(
    'docfleet_accounting_timestamp_seconds',
    'When the accounts were computed, in seconds since the epoch.',
  );
  const shown = new Set<string>();
  const labelOf = (tenantId: string): string => {
    if (shown.size < maxTenants) shown.add(tenantId);
    return shown.has(tenantId) ? tenantId : others;
  };
  return (accounts) => {
    const sums = new Map<string, Accounts>();
    for (const [tenantId, account] of accounts) {
      const label = labelOf(tenantId);
      sums.set(label, sumOf(sums.get(label), account));
    }
    for (const [label, account] of sums) {
      accepted.set({ tenant: label }, account.accepted);
      for (const status of outcomeStatuses) ended.set({ tenant: label, status }, account.ended[status]);
      inFlight.set({ tenant: label }, account.inFlight);
      setAside.set({ tenant: label }, account.setAside);
      held.set({ tenant: label }, account.held);
      difference.set({ tenant: label }, account.difference);
    }
    at.set({}, clock.now() / 1_000);
  };
}

/** Differences are added without their signs, so that one tenant's loss does not hide another's surplus. */
function sumOf(sum: Accounts | undefined, more: Accounts): Accounts {
  if (sum === undefined) return more;
  return {
    accepted: sum.accepted + more.accepted,
    ended: Object.fromEntries(
      outcomeStatuses.map((status) => [status, sum.ended[status] + more.ended[status]]),
    ) as Accounts['ended'],
    inFlight: sum.inFlight + more.inFlight,
    setAside: sum.setAside + more.setAside,
    held: sum.held + more.held,
    difference: Math.abs(sum.difference) + Math.abs(more.difference),
  };
}
