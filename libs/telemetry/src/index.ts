export { exportBatchEnds, type EndedBatch } from './batch-metrics.ts';
export { exportCertificateEnds } from './certificate-metrics.ts';
export { describeError, type DescribedError } from './describe-error.ts';
export { followReport } from './follow-report.ts';
export {
  healthAnswer,
  healthOf,
  healthy,
  startHealthServer,
  type HealthChecks,
  type HealthServer,
  type HealthVerdict,
} from './health-server.ts';
export { createLog, type Log, type LogFacts, type LogFields, type LogLevel } from './log.ts';
export {
  createMetrics,
  type BreakerPosition,
  type Count,
  type Distribution,
  type Labels,
  type Level,
  type Metrics,
  type Reading,
  type StageLane,
  type StageOutcome,
} from './metrics.ts';
export { type StageSpan, type StageSpanOptions, type Tracing } from './stage-span.ts';
export { startTracing } from './tracing.ts';
export { formatTraceparent, parseTraceparent, traceparentOf, type TraceParent } from './traceparent.ts';
export { judgeReader, type Dependency, type ReaderFacts } from './reader-health.ts';
export { singleCheck, type Answer } from './single-check.ts';
export { watchDependencies, type DependencyWatch } from './watch-dependencies.ts';
