import type { Dashboard } from './panel.ts';

const own = 'stage=~"$stage"';

/** One stage in detail, or several beside each other. */
export const stageDashboard: Dashboard = {
  uid: 'docfleet-stage',
  title: 'docfleet / Stage',
  variables: { stage: 'label_values(docfleet_stage_lag, stage)' },
  rows: [
    {
      title: 'What waits',
      panels: [
        {
          title: 'Records that wait',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: `stage_lane:docfleet_queue:records{${own}}`, legend: '{{stage}} {{lane}}' }],
        },
        {
          title: 'Lag',
          kind: 'timeseries',
          unit: 'short',
          description: 'Offsets: records, and the markers of their transactions.',
          queries: [{ expr: `stage_lane:docfleet_lag:offsets{${own}}`, legend: '{{stage}} {{lane}}' }],
        },
        {
          title: 'Waiting time, 95th percentile',
          kind: 'timeseries',
          unit: 's',
          queries: [
            {
              expr: `histogram_quantile(0.95, sum by (le, stage, lane) (rate(docfleet_stage_dwell_seconds_bucket{${own}}[5m])))`,
              legend: '{{stage}} {{lane}}',
            },
          ],
        },
        {
          title: 'Partitions that do not move',
          kind: 'timeseries',
          unit: 's',
          queries: [
            {
              expr: `max by (stage, lane) (docfleet_stage_stalled_seconds{${own}})`,
              legend: '{{stage}} {{lane}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Work',
      panels: [
        {
          title: 'Attempts, by outcome',
          kind: 'timeseries',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (stage, outcome) (rate(docfleet_stage_duration_seconds_count{${own}}[5m]))`,
              legend: '{{stage}} {{outcome}}',
            },
          ],
        },
        {
          title: 'Active time of an attempt',
          kind: 'heatmap',
          unit: 's',
          exemplars: true,
          queries: [
            {
              expr: `sum by (le) (increase(docfleet_stage_duration_seconds_bucket{${own}}[5m]))`,
              legend: '{{le}}',
            },
          ],
        },
        {
          title: 'Active time of parts, 95th percentile',
          kind: 'timeseries',
          unit: 's',
          queries: [
            {
              expr: `histogram_quantile(0.95, sum by (le, stage, part) (rate(docfleet_stage_part_duration_seconds_bucket{${own}}[5m])))`,
              legend: '{{stage}} {{part}}',
            },
          ],
        },
        {
          title: 'In execution, and slots',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            { expr: `sum by (stage) (docfleet_stage_in_flight{${own}})`, legend: '{{stage}} in execution' },
            { expr: `sum by (stage) (docfleet_stage_slots{${own}})`, legend: '{{stage}} slots' },
          ],
        },
      ],
    },
    {
      title: 'What fails',
      panels: [
        {
          title: 'Errors, by code',
          kind: 'timeseries',
          unit: 'ops',
          queries: [
            {
              expr: `sum by (stage, code) (rate(docfleet_stage_errors_total{${own}}[5m]))`,
              legend: '{{stage}} {{code}}',
            },
          ],
        },
        {
          title: 'Retries and dead letters, last hour',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            {
              expr: `sum by (stage, code) (increase(docfleet_stage_retries_total{${own}}[1h]))`,
              legend: 'retry {{stage}} {{code}}',
            },
            {
              expr: `sum by (stage, code) (increase(docfleet_stage_dead_letters_total{${own}}[1h]))`,
              legend: 'dead letter {{stage}} {{code}}',
            },
          ],
        },
        {
          title: 'Time limits, last hour',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            {
              expr: `sum by (stage, code) (increase(docfleet_stage_timeouts_total{${own}}[1h]))`,
              legend: 'exceeded {{stage}} {{code}}',
            },
            {
              expr: `sum by (stage, limit) (increase(docfleet_soft_limit_total{${own}}[1h]))`,
              legend: '90 % {{stage}} {{limit}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Processes',
      panels: [
        {
          title: 'Memory',
          kind: 'timeseries',
          unit: 'bytes',
          queries: [
            {
              expr: 'process_resident_memory_bytes{service=~"$stage"}',
              legend: '{{service}} {{instance}}',
            },
          ],
        },
        {
          title: 'Processor time',
          kind: 'timeseries',
          unit: 'short',
          description: 'Cores. Parser and engine children are not in it.',
          queries: [
            {
              expr: 'rate(process_cpu_seconds_total{service=~"$stage"}[5m])',
              legend: '{{service}} {{instance}}',
            },
          ],
        },
        {
          title: 'Starting is held',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            {
              expr: 'max by (service, reason) (docfleet_starting_held{service=~"$stage"})',
              legend: '{{service}} {{reason}}',
            },
          ],
        },
        {
          title: 'Commits in doubt, last hour',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (service, happened) (increase(docfleet_commits_in_doubt_total{service=~"$stage"}[1h]))',
              legend: '{{service}} happened: {{happened}}',
            },
          ],
        },
      ],
    },
  ],
};
