export { csvLine } from './csv-line.ts';
export {
  batchStateOf,
  batchStates,
  countFiles,
  isBatchEnd,
  type BatchCounts,
  type BatchState,
} from './batch.ts';
export type { ByteRange } from './byte-range.ts';
export { sleep, systemClock, type Clock } from './clock.ts';
export { comparable, comparisons, type Comparison } from './comparison.ts';
export {
  failure,
  failureCategory,
  FailureError,
  failures,
  isFailureCode,
  isRecordRefused,
  isRetryable,
  toFailure,
  type Failure,
  type FailureCategory,
  type FailureCode,
  type FailureDetails,
} from './failure.ts';
export { documentPages, isInside } from './document-pages.ts';
export {
  headerNames,
  maxAttempts,
  readDelivery,
  writeOrigin,
  type DeliveredRecord,
  type Delivery,
} from './delivery.ts';
export {
  batchIdOf,
  outcomeIdOf,
  outcomeIdOfDecision,
  deliveryIdOf,
  outcomeIdOfOrder,
  rejectionIdOf,
  reviewTaskIdOf,
  requestIdOfBatchFile,
  runIdOf,
  runIdOfSubmission,
  traceIdOf,
  type RecordSource,
  type Redrive,
  type RunRound,
  type SourcePosition,
} from './ids.ts';
export { isReservedRequestId, reservedRequestIdMessage } from './reserved-request-id.ts';
export { clampTime, dayOf, isTime, isoOf, latestTime } from './instant.ts';
export { isLane, laneOfTopic, lanes, laneWeights, type Lane, type StageQueue } from './lane.ts';
export { mapConcurrently } from './map-concurrently.ts';
export { grantsFor, mayReadObject, parseSourceGrants, type SourceGrant } from './object-access.ts';
export {
  bundleFolder,
  claimName,
  pageName,
  readingCachePrefix,
  runFolder,
  stageFolder,
  uploadFolder,
  uploadName,
  type RunPlace,
} from './object-names.ts';
export { formatObjectUri, parseObjectUri, type ObjectAddress } from './object-uri.ts';
export {
  textLayerJudgements,
  type ObjectRef,
  type PageManifest,
  type PreparedPage,
  type ReadingManifest,
  type TextLayerJudgement,
} from './page.ts';
export {
  findPhrase,
  findWholePhrase,
  foldPhrase,
  hasPhrase,
  searchText,
  type PhraseMatch,
  type SearchText,
} from './phrase.ts';
export { plainText } from './plain-text.ts';
export {
  readingEngines,
  readingRoutes,
  unionOf,
  type Box,
  type Line,
  type PageReading,
  type ReadingEngine,
  type ReadingRoute,
  type Word,
} from './reading.ts';
export { renditions, type Rendition } from './rendition.ts';
export { resultHash } from './result-hash.ts';
export {
  isReviewPolicy,
  reviewChoices,
  samplePercent,
  type HoldRule,
  type ReviewChoice,
  type ReviewPolicy,
} from './review-policy.ts';
export {
  personSource,
  reviewDecisions,
  reviewStates,
  reviewTaskStates,
  type ReviewDecision,
  type ReviewedDocument,
  type ReviewedField,
  type ReviewedRow,
  type ReviewState,
  type ReviewTaskState,
} from './review.ts';
export {
  fleetRoles,
  isFleetRole,
  roles,
  tenantRoles,
  type FleetRole,
  type KeyScope,
  type Role,
  type TenantRole,
} from './role.ts';
export {
  defaultLimits,
  outcomeStatuses,
  reviewExpiryMs,
  runBudgetMs,
  runExpiryMs,
  runStatuses,
  taskTopic,
  terminalTopicOf,
  type DocumentLimits,
  type OutcomeStatus,
  type RunStatus,
} from './run.ts';
export { runAtOnce, runInSlices, type Slices } from './slices.ts';
export { joinSpacedLetters } from './spaced-letters.ts';
export { pagedStages, pooledStages, stageIndex, stageNames, type StageName } from './stage-name.ts';
export { subjectWaits, type SubjectWaits } from './subject-waits.ts';
export { hasPlainNames, isTenantId, mayBeSubmitted, type SubmissionNames } from './submission-rule.ts';
export {
  cleanText,
  escapeText,
  isDisplayName,
  isIdentifier,
  replacement,
  shownIdentifier,
  spellLigatures,
} from './text-rules.ts';
export { lagOf, type PartitionProgress } from './partition-progress.ts';
export { parsePartitionName, partitionName, type TopicPartition } from './topic-partition.ts';
export {
  classSources,
  fieldTypes,
  verdicts,
  type ClassSource,
  type Coverage,
  type DocumentFields,
  type DocumentVerdict,
  type ExtractedRow,
  type FieldType,
  type Approval,
  type FieldValue,
  type Finding,
  type FoundDocument,
  type Provenance,
  type RunVerdict,
  type Verdict,
} from './understanding.ts';
export { TimeLimitError, whenAborted, withTimeout, type TimeoutOptions } from './waiting.ts';
export { findMoney, parseMoney, type SeenMoney } from './amounts.ts';
export { currencyOf, findCurrencies, type SeenCurrency } from './currencies.ts';
export { dateOrders, findDates, parseDate, type DateOrder, type SeenDate } from './dates.ts';
export { dateOrderOf, type DateOrderEvidence } from './date-order.ts';
export { inPrintedOrder, printedPageNumber, type PageNumber } from './page-number.ts';
export { unreadContents, type UnreadContent } from './unread-content.ts';
