import type { Dashboard } from './panel.ts';

const own = 'tenant=~"$tenant"';

/** What each tenant has accepted, ended, and still in the fleet. */
export const tenantsDashboard: Dashboard = {
  uid: 'docfleet-tenants',
  title: 'docfleet / Tenants',
  variables: { tenant: 'label_values(docfleet_runs_accepted, tenant)' },
  rows: [
    {
      title: 'Accounts',
      panels: [
        {
          title: 'Accepted in the last hour',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            { expr: `max by (tenant) (delta(docfleet_runs_accepted{${own}}[1h]))`, legend: '{{tenant}}' },
          ],
        },
        {
          title: 'In flight',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: `max by (tenant) (docfleet_runs_in_flight{${own}})`, legend: '{{tenant}}' }],
        },
        {
          title: 'Not accounted for',
          kind: 'timeseries',
          unit: 'short',
          description: 'accepted - ended - in flight - set aside - held: must be 0.',
          queries: [
            { expr: `max by (tenant) (docfleet_accounting_difference{${own}})`, legend: '{{tenant}}' },
          ],
        },
      ],
    },
    {
      title: 'Intake',
      panels: [
        {
          title: 'Rate of intake, as a share of its base',
          kind: 'timeseries',
          unit: 'percentunit',
          description:
            'Follows the backlog, between 20 and 200 %; (fleet) is the rate of all tenants together.',
          queries: [{ expr: 'min by (tenant) (current_rate_multiplier)', legend: '{{tenant}}' }],
        },
        {
          title: 'Documents let in',
          kind: 'timeseries',
          unit: 'percent',
          description: 'Of those that the tenant has sent to a gateway, at the gateway that refused most.',
          queries: [{ expr: `min by (tenant) (success_rate_percent{${own}})`, legend: '{{tenant}}' }],
        },
        {
          title: 'Documents that may be sent at once',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: `min by (tenant) (tokens_available{${own}})`, legend: '{{tenant}}' }],
        },
      ],
    },
    {
      title: 'Endings',
      panels: [
        {
          title: 'Ended in the last hour, by status',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            {
              expr: `max by (tenant, status) (delta(docfleet_runs_ended{${own}}[1h]))`,
              legend: '{{tenant}} {{status}}',
            },
          ],
        },
        {
          title: 'Share of runs that failed',
          kind: 'table',
          unit: 'percentunit',
          queries: [
            {
              expr: `max by (tenant) (docfleet_runs_ended{${own}, status="failed"}) / (max by (tenant) (docfleet_runs_accepted{${own}}) > 0)`,
              legend: '{{tenant}}',
            },
          ],
        },
        {
          title: 'Set aside',
          kind: 'table',
          unit: 'short',
          queries: [{ expr: `max by (tenant) (docfleet_runs_set_aside{${own}}) > 0`, legend: '{{tenant}}' }],
        },
      ],
    },
    {
      title: 'The API',
      panels: [
        {
          title: 'Requests',
          kind: 'timeseries',
          unit: 'ops',
          queries: [
            {
              expr: 'sum by (route, status) (rate(docfleet_http_request_duration_seconds_count[5m]))',
              legend: '{{route}} {{status}}',
            },
          ],
        },
        {
          title: 'Time to answer, 95th percentile',
          kind: 'timeseries',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.95, sum by (le, route) (rate(docfleet_http_request_duration_seconds_bucket[5m])))',
              legend: '{{route}}',
            },
          ],
        },
        {
          title: 'Submissions without proof, last hour',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (reason) (increase(docfleet_unproven_submissions_total[1h]))',
              legend: '{{reason}}',
            },
          ],
        },
        {
          title: 'Outbox',
          kind: 'timeseries',
          unit: 's',
          queries: [{ expr: 'max(docfleet_outbox_oldest_seconds)', legend: 'oldest record' }],
        },
      ],
    },
    {
      title: 'Batches',
      panels: [
        {
          title: 'Files an hour: accepted in batches, and ended with them',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            { expr: 'sum(increase(docfleet_batch_files_accepted_total[1h]))', legend: 'accepted' },
            {
              expr: 'sum by (status) (increase(docfleet_batch_files_ended_total[1h]))',
              legend: '{{status}}',
            },
          ],
        },
        {
          title: 'Batches, last hour',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            { expr: 'sum(increase(docfleet_batches_accepted_total[1h]))', legend: 'accepted' },
            { expr: 'sum by (state) (increase(docfleet_batches_ended_total[1h]))', legend: '{{state}}' },
            { expr: 'max(docfleet_batches_open)', legend: 'open' },
          ],
        },
        {
          title: 'Time from acceptance to the end, p50 and p95, last hour',
          kind: 'timeseries',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.5, sum by (le) (increase(docfleet_batch_duration_seconds_bucket[1h])))',
              legend: 'p50',
            },
            {
              expr: 'histogram_quantile(0.95, sum by (le) (increase(docfleet_batch_duration_seconds_bucket[1h])))',
              legend: 'p95',
            },
          ],
        },
        {
          title: 'Longest standstill of an open batch',
          kind: 'timeseries',
          unit: 's',
          queries: [{ expr: 'max(docfleet_batch_unchanged_seconds)', legend: 'unchanged for' }],
        },
      ],
    },
    {
      title: 'Retention',
      panels: [
        {
          title: 'Since the last pass of expiry',
          kind: 'timeseries',
          unit: 's',
          queries: [
            { expr: 'time() - max(docfleet_retention_last_success_timestamp_seconds)', legend: 'last pass' },
          ],
        },
        {
          title: 'Oldest kept, by kind',
          kind: 'timeseries',
          unit: 'dtdurations',
          queries: [{ expr: 'max by (kind) (docfleet_retention_oldest_age_seconds)', legend: '{{kind}}' }],
        },
        {
          title: 'Removed in a day',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            { expr: 'sum by (kind) (increase(docfleet_retention_removed_total[1d]))', legend: '{{kind}}' },
          ],
        },
      ],
    },
  ],
};
