export { dashboardFiles } from './dashboards/index.ts';
export { dashboardQueries, type DashboardQuery } from './dashboard-queries.ts';
export {
  exportedTypes,
  parseMetricTables,
  type DocumentedMetric,
  type MetricTables,
} from './metric-tables.ts';
export { bringPrometheus, type PrometheusPrograms } from './prometheus.ts';
export {
  startPrometheus,
  withoutWaiting,
  type ActiveAlert,
  type RunningPrometheus,
  type Sample,
} from './running-prometheus.ts';
export { runbookQueries, type RunbookQuery } from './runbook-queries.ts';
export { readRules, type AlertRule, type RecordingRule, type Rules } from './rules.ts';
