export {
  maxMetadataBytes,
  TransactionError,
  type CommittedPosition,
  type FetchedBatch,
  type GroupListener,
  type GroupMember,
  type LogRecord,
  type LogTransaction,
  type OutgoingRecord,
  type RecordLog,
  type TopicPartition,
} from './record-log.ts';
export {
  deadLetter,
  done,
  duplicate,
  endRun,
  moved,
  next,
  rejected,
  retryLater,
  skipped,
  type Output,
  type RecordSource,
  type Redrive,
  type Stage,
  type StageContext,
  type StageEnding,
  type StageLog,
  type StageResult,
  type StartGate,
  type Stops,
  type TaskFamily,
  type TaskOf,
} from './stage.ts';
export { headerNames, readDelivery, writeOrigin, type Delivery } from './delivery.ts';
export { silentObserver, type StageObserver } from './observer.ts';
export { startStage, type RunnerOptions, type RunningStage } from './runner.ts';
export { type Conclusion } from './step.ts';
export { followStops } from './stops.ts';
export { murmur2Partition } from './murmur2.ts';
export { assignSticky, type StickyMember } from './sticky-assignment.ts';
