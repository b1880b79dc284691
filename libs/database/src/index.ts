export { databaseRoles, type DatabaseRole } from './access/access-list.ts';
export { allowLogins } from './access/logins.ts';
export { accountingIn, type Accounting } from './accounting.ts';
export {
  apiKeysIn,
  hashApiKey,
  type ApiKeys,
  type FoundKey,
  type Identity,
  type KeyHolder,
  type NewApiKey,
} from './api-keys.ts';
export { auditIn, auditListQuery, type Audit, type AuditEntry, type AuditRow } from './audit.ts';
export {
  batchEndingsIn,
  openBatches,
  type BatchEnd,
  type BatchEndings,
  type OpenBatches,
} from './batch-endings.ts';
export { batchesIn, type Batches, type BatchFilter } from './batches.ts';
export { checkAuditChain, type ChainFault, type CheckedPart } from './audit-chain/check.ts';
export { chainStart, type ChainPosition } from './audit-chain/row-hash.ts';
export { oldestUnsealed, sealAuditRows, type Sealed } from './audit-chain/seal.ts';
export { stageSecondsSince } from './stage-times.ts';
export {
  consumerOffsetsIn,
  ledgerConsumer,
  type ConsumerOffset,
  type ConsumerOffsets,
} from './consumer-offsets.ts';
export { databaseBreaker, probeDatabase } from './database-breaker.ts';
export { deadLetterId, deadLettersIn, type DeadLetterFilter, type DeadLetters } from './dead-letters.ts';
export { fleetQueueIn, type FleetQueue, type QueuedRun, type StagePassage } from './fleet-queue.ts';
export { leasesIn, type Leases } from './leases.ts';
export { migrate } from './migrate.ts';
export {
  listenForNotifications,
  notificationChannels,
  type NotificationChannel,
  type Notifications,
} from './notifications.ts';
export { openDatabase, type Database, type DatabaseOptions, type Session } from './open-database.ts';
export { cancellationOf, orderedEnding, type EndingOrder } from './ordered-ending.ts';
export {
  outboxIn,
  type NewOutboxRecord,
  type Outbox,
  type OutboxBacklog,
  type UnsentRecord,
} from './outbox.ts';
export { outcomesIn, type NewOutcome, type Outcome, type Outcomes, type StuckOutcome } from './outcomes.ts';
export { mayEndIn } from './review/hold-rule.ts';
export {
  reviewHoldsIn,
  reviewTaskStoreIn,
  type NewReviewTask,
  type ReviewHolds,
  type ReviewTaskStore,
  type StoredReviewTask,
  type WaitingTasks,
} from './review/tasks.ts';
export { refusalOf, type Refusal } from './refusal.ts';
export {
  approvedReviewsIn,
  type ApprovedReview,
  type ApprovedReviewRange,
} from './review/approved-reviews.ts';
export { revisionsIn, type NewRevision, type Revisions } from './revisions.ts';
export { runOverviewsIn, type RunOverviews } from './run-overviews.ts';
export {
  runEventsIn,
  runHistoryIn,
  tenantRunHistoryIn,
  type RunEvents,
  type RunHistory,
} from './run-events.ts';
export { fleetAccountsIn, type FleetAccount } from './fleet-accounts.ts';
export { runsIn, type RunFilter, type Runs } from './runs.ts';
export {
  tenantEventsIn,
  type StoredTenantEvent,
  type TenantEvent,
  type TenantEvents,
} from './tenant-events.ts';
export {
  dayOf,
  openRunsByTenant,
  tenantUsagesIn,
  type TenantUsage,
  type TenantUsages,
} from './tenant-usage.ts';
export { insertCounted, tenantRunsIn, type TenantRuns } from './tenant-runs.ts';
export { tenantSettingsIn, type NewTenantKey, type TenantSettingsRows } from './tenant-settings.ts';
export { tenantsIn, type Tenants } from './tenants.ts';
export {
  setAsideId,
  setAsideRecordsIn,
  type SetAsideFilter,
  type SetAsideRecords,
} from './set-aside-records.ts';
export { type OutcomeState } from './tables.ts';
export { createWriteTimes, timeWrite, type WriteTimes } from './write-times.ts';
export {
  erasureRequestsIn,
  erasureWorkIn,
  type ErasureRequests,
  type ErasureWork,
  type RunToErase,
} from './retention/erasures.ts';
export { erasedRunsIn, type ErasedRuns } from './retention/erased-runs.ts';
export { expiredDraftsIn, type ExpiredDraft, type ExpiredDrafts } from './retention/expired-drafts.ts';
export { expiredRowsIn, rowKinds, type ExpiredRows, type RowKind } from './retention/expired-rows.ts';
export {
  webhookEndpointsIn,
  type WebhookEndpoint,
  type WebhookEndpointChange,
  type WebhookEndpoints,
} from './webhooks/endpoints.ts';
export { webhookCountsIn, type WebhookCounts } from './webhooks/counts.ts';
export {
  deliveryStates,
  webhookDeliveriesIn,
  type DeliveryFilter,
  type DeliveryState,
  type NewDelivery,
  type WebhookAttempt,
  type WebhookDelivery,
} from './webhooks/deliveries.ts';
export {
  deliveryWorkIn,
  type AttemptResult,
  type ClaimedDelivery,
  type DeliveryBacklog,
  type DeliveryWork,
  type Settlement,
} from './webhooks/delivery-work.ts';
export { webhookSecretsIn, type WebhookSecret, type WebhookSecrets } from './webhooks/secrets.ts';
export { retentionProgressIn, type RetentionProgress } from './retention/progress.ts';
export { runLivesIn, type RunLives } from './retention/run-lives.ts';
export {
  reviewTasksIn,
  type ClaimRequest,
  type NextTask,
  type ReviewClassCount,
  type ReviewPerson,
  type ReviewTaskFilter,
  type ReviewTaskOverview,
  type ReviewTaskRow,
  type ReviewTasks,
} from './review/review-tasks.ts';
export {
  reviewWorkIn,
  type NewReviewChange,
  type NewReviewDecision,
  type NewReviewWork,
  type ReviewChangeRow,
  type ReviewDecisionRow,
  type ReviewWork,
} from './review/review-work.ts';
