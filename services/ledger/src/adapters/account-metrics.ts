import { outcomeStatuses } from '@docfleet/domain';
import type { Metrics } from '@docfleet/telemetry';
import type { Accounts } from '../core/accounts.ts';

/** Shows the accounts. They are read from the database, so every ledger shows the same: take the maximum. */
export function showAccounts(metrics: Metrics): (accounts: Accounts) => void {
  const accepted = metrics.gauge('docfleet_runs_accepted', 'Revisions of runs that were accepted.');
  const ended = metrics.gauge('docfleet_runs_ended', 'Revisions of runs that have ended.', ['status']);
  const inFlight = metrics.gauge('docfleet_runs_in_flight', 'Runs that were accepted and have not ended.');
  const difference = metrics.gauge(
    'docfleet_accounting_difference',
    'accepted - ended - in flight: 0, or something was lost or counted twice.',
  );
  return (accounts) => {
    accepted.set({}, accounts.accepted);
    for (const status of outcomeStatuses) ended.set({ status }, accounts.ended[status]);
    inFlight.set({}, accounts.inFlight);
    difference.set({}, accounts.difference);
  };
}
