import { outcomeStatuses, type Clock } from '@docfleet/domain';
import type { Metrics } from '@docfleet/telemetry';
import type { Accounts } from '../core/accounts.ts';

/** Tenants with series of their own; the ones that come after share the last, so that metrics stay bounded. */
const maxTenants = 500;

const others = '(others)';

/** Shows the accounts. They are read from the database, so every ledger shows the same: take the maximum. */
export function showAccounts(
  metrics: Metrics,
  clock: Clock,
): (accounts: ReadonlyMap<string, Accounts>) => void {
  const tenant = ['tenant'] as const;
  const accepted = metrics.gauge('docfleet_runs_accepted', 'Revisions of runs that were accepted.', tenant);
  const ended = metrics.gauge('docfleet_runs_ended', 'Revisions of runs that have ended.', [
    ...tenant,
    'status',
  ]);
  const inFlight = metrics.gauge(
    'docfleet_runs_in_flight',
    'Runs that were accepted and have not ended, counted in the topics of the stages.',
    tenant,
  );
  const difference = metrics.gauge(
    'docfleet_accounting_difference',
    'accepted - ended - in flight: 0, or something was lost or is not accounted for.',
    tenant,
  );
  const at = metrics.gauge(
    'docfleet_accounting_timestamp_seconds',
    'When the accounts were made, in seconds since the epoch.',
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
      difference.set({ tenant: label }, account.difference);
    }
    at.set({}, clock.now() / 1_000);
  };
}

/** One tenant's difference does not hide another's: losses and surpluses add up without their signs. */
function sumOf(sum: Accounts | undefined, more: Accounts): Accounts {
  if (sum === undefined) return more;
  return {
    accepted: sum.accepted + more.accepted,
    ended: Object.fromEntries(
      outcomeStatuses.map((status) => [status, sum.ended[status] + more.ended[status]]),
    ) as Accounts['ended'],
    inFlight: sum.inFlight + more.inFlight,
    difference: Math.abs(sum.difference) + Math.abs(more.difference),
  };
}
