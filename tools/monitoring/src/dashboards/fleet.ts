import type { Dashboard } from './panel.ts';

/** What an SRE looks at first: does work pass, how fast, and what is in the way. */
export const fleetDashboard: Dashboard = {
  uid: 'docfleet-fleet',
  title: 'docfleet / Fleet',
  variables: {},
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Documents an hour',
          kind: 'stat',
          unit: 'short',
          description: 'Over the last ten minutes. With work waiting: below 200 warns, below 170 alarms.',
          queries: [{ expr: 'docfleet_throughput:documents_per_hour', legend: '' }],
        },
        {
          title: 'Records that wait',
          kind: 'stat',
          unit: 'short',
          queries: [{ expr: 'docfleet_waiting:records', legend: '' }],
        },
        {
          title: 'Level',
          kind: 'stat',
          unit: 'short',
          queries: [{ expr: 'max(docfleet_degradation_level)', legend: '' }],
        },
        {
          title: 'Runs not accounted for',
          kind: 'stat',
          unit: 'short',
          queries: [{ expr: 'sum(max by (tenant) (abs(docfleet_accounting_difference)))', legend: '' }],
        },
        {
          title: 'Alerts',
          kind: 'stat',
          unit: 'short',
          queries: [
            { expr: 'count(ALERTS{alertname=~"Docfleet.*", alertstate="firing"}) or vector(0)', legend: '' },
          ],
        },
      ],
    },
    {
      title: 'Documents',
      panels: [
        {
          title: 'Ended, by status',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (status) (increase(documents_processed_total[10m])) * 6',
              legend: '{{status}} an hour',
            },
          ],
        },
        {
          title: 'Processing latency',
          kind: 'timeseries',
          unit: 's',
          exemplars: true,
          description:
            'From the start of the first stage to the end; the limit of the 95th percentile is 21.2 s.',
          queries: [0.5, 0.95, 0.99].map((quantile) => ({
            expr: `histogram_quantile(${String(quantile)}, sum by (le) (rate(batch_document_processing_latency_seconds_bucket[5m])))`,
            legend: `p${String(quantile * 100)}`,
          })),
        },
        {
          title: 'From arrival to end, 95th percentile',
          kind: 'timeseries',
          unit: 's',
          exemplars: true,
          queries: [
            {
              expr: 'histogram_quantile(0.95, sum by (le, lane) (rate(docfleet_document_total_seconds_bucket[5m])))',
              legend: '{{lane}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Stages',
      panels: [
        {
          title: 'Backlog',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: 'stage:docfleet_backlog:records', legend: '{{stage}}' }],
        },
        {
          title: 'Time to work the backlog off',
          kind: 'timeseries',
          unit: 's',
          queries: [{ expr: 'stage:docfleet_backlog_seconds:estimate', legend: '{{stage}}' }],
        },
        {
          title: 'Utilisation',
          kind: 'timeseries',
          unit: 'percentunit',
          queries: [{ expr: 'avg by (stage) (worker_utilization)', legend: '{{stage}}' }],
        },
        {
          title: 'Processes',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: 'count by (stage) (docfleet_stage_slots)', legend: '{{stage}}' }],
        },
      ],
    },
    {
      title: 'Service levels',
      panels: [
        {
          title: 'Documents that the fleet failed (budget 0.5 %)',
          kind: 'timeseries',
          unit: 'percentunit',
          queries: ['1h', '6h', '3d'].map((window) => ({
            expr: `docfleet_slo_endings:ratio_rate${window}`,
            legend: window,
          })),
        },
        {
          title: 'Urgent and high documents above 60 s (budget 5 %)',
          kind: 'timeseries',
          unit: 'percentunit',
          queries: ['1h', '6h', '3d'].map((window) => ({
            expr: `docfleet_slo_latency:ratio_rate${window}`,
            legend: window,
          })),
        },
      ],
    },
    {
      title: 'What the fleet needs',
      panels: [
        {
          title: 'Breakers that are not closed',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            {
              expr: 'max by (service, breaker) (docfleet_breaker_state{position=~"open|half-open"})',
              legend: '{{service}} {{breaker}}',
            },
          ],
        },
        {
          title: 'Object store, 95th percentile',
          kind: 'timeseries',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.95, sum by (le, operation) (rate(docfleet_object_store_duration_seconds_bucket[5m])))',
              legend: '{{operation}}',
            },
          ],
        },
        {
          title: 'Answers of the broker, 95th percentile',
          kind: 'timeseries',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.95, sum by (le, stage) (rate(docfleet_commit_duration_seconds_bucket[5m])))',
              legend: 'commit {{stage}}',
            },
            {
              expr: 'histogram_quantile(0.95, sum by (le) (rate(docfleet_produce_duration_seconds_bucket[5m])))',
              legend: 'produce gateway',
            },
          ],
        },
        {
          title: 'First certificate ends in',
          kind: 'timeseries',
          unit: 'dtdurations',
          queries: [
            {
              expr: 'min by (setting) (docfleet_certificate_end_timestamp_seconds) - time()',
              legend: '{{setting}}',
            },
          ],
        },
      ],
    },
  ],
};
