import type { Dashboard } from './panel.ts';

const own = 'class=~"$class"';

/** How well documents are understood, and how much is left to people. */
export const accuracyDashboard: Dashboard = {
  uid: 'docfleet-accuracy',
  title: 'docfleet / Accuracy and review',
  variables: { class: 'label_values(docfleet_judged_documents_total, class)' },
  rows: [
    {
      title: 'Verdicts',
      panels: [
        {
          title: 'Documents judged in the last hour',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            {
              expr: `sum by (class, verdict) (increase(docfleet_judged_documents_total{${own}}[1h]))`,
              legend: '{{class}} {{verdict}}',
            },
          ],
        },
        {
          title: 'Share for review',
          kind: 'timeseries',
          unit: 'percentunit',
          queries: [
            {
              expr: `sum by (class) (increase(docfleet_judged_documents_total{${own}, verdict="review"}[6h])) / (sum by (class) (increase(docfleet_judged_documents_total{${own}}[6h])) > 0)`,
              legend: '{{class}}',
            },
          ],
        },
        {
          title: 'Share with gaps',
          kind: 'timeseries',
          unit: 'percentunit',
          queries: [
            {
              expr: 'sum(increase(documents_processed_total{status="completed_with_gaps"}[6h])) / (sum(increase(documents_processed_total[6h])) > 0)',
              legend: 'with gaps',
            },
          ],
        },
      ],
    },
    {
      title: 'What waits for people',
      panels: [
        {
          title: 'Tasks',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            { expr: 'max by (lane, kind) (docfleet_review_tasks_waiting)', legend: '{{lane}} {{kind}}' },
          ],
        },
        {
          title: 'Age of the oldest task',
          kind: 'timeseries',
          unit: 's',
          queries: [{ expr: 'max by (lane) (docfleet_review_oldest_task_age_seconds)', legend: '{{lane}}' }],
        },
        {
          title: 'Runs that people hold',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: 'max by (tenant) (docfleet_runs_held)', legend: '{{tenant}}' }],
        },
      ],
    },
    {
      title: 'Why people must look',
      panels: [
        {
          title: 'Findings in a day',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            {
              expr: `topk(10, sum by (class, code) (increase(docfleet_findings_total{${own}}[1d])))`,
              legend: '{{class}} {{code}}',
            },
          ],
        },
        {
          title: 'Gaps of a document',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            {
              expr: `sum by (class) (increase(docfleet_document_gaps_total{${own}}[6h])) / (sum by (class) (increase(docfleet_judged_documents_total{${own}}[6h])) > 0)`,
              legend: '{{class}}',
            },
          ],
        },
        {
          title: 'Faults of documents, by code, last hour',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            { expr: 'sum by (code) (increase(docfleet_stage_errors_total[1h]))', legend: '{{code}}' },
          ],
        },
      ],
    },
    {
      title: 'Confidence and reading',
      panels: [
        {
          title: 'Confidence of values, tenth percentile',
          kind: 'timeseries',
          unit: 'percentunit',
          queries: [
            {
              expr: `histogram_quantile(0.1, sum by (le, class) (increase(docfleet_field_confidence_ratio_bucket{${own}}[6h])))`,
              legend: '{{class}}',
            },
          ],
        },
        {
          title: 'Pages, by engine',
          kind: 'timeseries',
          unit: 'ops',
          queries: [
            {
              expr: 'sum by (engine, source) (rate(docfleet_ocr_pages_total[5m]))',
              legend: '{{engine}} {{source}}',
            },
          ],
        },
        {
          title: 'Processor time of a page, 95th percentile',
          kind: 'timeseries',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.95, sum by (le, engine) (rate(docfleet_ocr_page_cpu_seconds_bucket[5m])))',
              legend: '{{engine}}',
            },
          ],
        },
        {
          title: 'Cache hits',
          kind: 'timeseries',
          unit: 'percentunit',
          queries: [
            {
              expr: 'sum by (cache) (rate(docfleet_cache_lookups_total{result="hit"}[5m])) / (sum by (cache) (rate(docfleet_cache_lookups_total[5m])) > 0)',
              legend: '{{cache}}',
            },
          ],
        },
      ],
    },
  ],
};
