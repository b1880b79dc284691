export { accountingIn, type Accounting, type TenantCounts } from './accounting.ts';
export { apiKeysIn, hashApiKey, type ApiKeys, type KeyHolder, type NewApiKey } from './api-keys.ts';
export { consumerOffsetsIn, type ConsumerOffset, type ConsumerOffsets } from './consumer-offsets.ts';
export {
  deadLetterId,
  deadLettersIn,
  type DeadLetter,
  type DeadLetterCursor,
  type DeadLetterFilter,
  type DeadLetterPosition,
  type DeadLetters,
  type NewDeadLetter,
} from './dead-letters.ts';
export { migrate } from './migrate.ts';
export { openDatabase, type Database, type DatabaseOptions, type Session } from './open-database.ts';
export { orderedEnding, type EndingOrder } from './ordered-ending.ts';
export { outcomesIn, type NewOutcome, type Outcome, type Outcomes } from './outcomes.ts';
export { revisionsIn, type NewRevision, type Revisions } from './revisions.ts';
export { runEventsIn, type RunEvent, type RunEvents } from './run-events.ts';
export { runsIn, type OpenRun, type Run, type RunCursor, type RunFilter, type Runs } from './runs.ts';
export {
  roles,
  runStatuses,
  type OutcomeState,
  type Role,
  type RunEventDetail,
  type RunResult,
  type RunStatus,
} from './tables.ts';
