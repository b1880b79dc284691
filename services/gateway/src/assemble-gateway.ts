import {
  apiKeysIn,
  auditIn,
  fleetAccountsIn,
  fleetQueueIn,
  leasesIn,
  outboxIn,
  runHistoryIn,
  runOverviewsIn,
  runsIn,
  setAsideRecordsIn,
  tenantRunHistoryIn,
  tenantsIn,
  webhookCountsIn,
} from '@docfleet/database';
import { healthy } from '@docfleet/telemetry';
import { createCallLog, type CallLog } from './adapters/call-log.ts';
import { findCallers } from './adapters/callers.ts';
import { callerSessions } from './adapters/caller-session.ts';
import { eventStreams } from './adapters/event-streams.ts';
import { failedCalls } from './adapters/failed-calls.ts';
import { fleetSigner } from './adapters/fleet-signature.ts';
import { intakeFacts } from './adapters/intake-facts.ts';
import { issuerKeys } from './adapters/issuer-keys.ts';
import { cacheKeyHolders } from './adapters/key-holders.ts';
import { collectKeyUses, type KeyUses } from './adapters/key-uses.ts';
import { lagReader } from './adapters/lag-reader.ts';
import { otherRegion } from './adapters/other-region.ts';
import { pageProgressView, type PageProgressView } from './adapters/page-progress.ts';
import { openPublisher, timeProducing, type Publisher } from './adapters/publisher.ts';
import { queueReader } from './adapters/queue-reader.ts';
import { createRecentRuns } from './adapters/recent-runs.ts';
import { tenantLimit } from './adapters/tenant-limit.ts';
import { tenantStates } from './adapters/tenant-states.ts';
import { tokenHolders } from './adapters/token-holders.ts';
import { createWaitingRows, type WaitingRows } from './adapters/waiting-rows.ts';
import { createArtifactLinks } from './artifact-links.ts';
import { createClassDrafts } from './class-drafts.ts';
import type { GatewaySettings } from './config.ts';
import { consoleFactsOf } from './core/console.ts';
import { createDeadLetterService } from './dead-letters.ts';
import { createErasures } from './erasures.ts';
import { createFleetAdministration } from './fleet.ts';
import type { GatewayAdapters } from './gateway-adapters.ts';
import type { GatewayParts } from './http/parts.ts';
import type { Intake } from './intake.ts';
import { createOutboxSender, type OutboxSender } from './outbox-sender.ts';
import { createRenditions } from './renditions.ts';
import { createReview } from './review/review.ts';
import { readLabelsIn } from './review-labels.ts';
import { createRunArtifacts } from './run-artifacts.ts';
import { defaultStreamTimes } from './stream-events.ts';
import { submissionLimits, type SubmissionLimits } from './submission-limits.ts';
import { createTenantSettings } from './tenant-settings.ts';
import { createTenantAdministration } from './tenants.ts';
import { createWebhooks } from './webhooks.ts';

/** A gateway that is put together and does nothing yet. What it is made of is closed by whoever opened it. */
export interface Gateway {
  readonly parts: GatewayParts;
  readonly intake: Intake;
  readonly publisher: Publisher;
  readonly sender: OutboxSender;
  readonly submissions: SubmissionLimits;
  readonly keyUses: KeyUses;
  readonly callLog: CallLog;
  readonly waitingRows: WaitingRows;
  readonly pageProgress: PageProgressView;
}

/** Puts the parts of a gateway together, the same way for a process and for tests. */
export function assembleGateway(settings: GatewaySettings, adapters: GatewayAdapters): Gateway {
  const { clock, log, metrics, databases, runsOf, recordLog, codec, store, tenants, view } = adapters;
  const publisher = openPublisher({
    recordLog,
    codec,
    clock,
    preset: settings.TOPICS_PRESET,
    shards: settings.INTAKE_SHARDS ?? Number.MAX_SAFE_INTEGER,
    sign: fleetSigner(settings, clock),
    timeoutMs: settings.PUBLISH_TIMEOUT_MS,
    onProduced: timeProducing(metrics),
  });
  const apiKeys = apiKeysIn(databases.operator.session);
  const failures = failedCalls({ perMinute: settings.FAILED_CALLS_PER_MINUTE, clock });
  const states = tenantStates(tenantsIn(databases.operator.session), clock);
  const keyUses = collectKeyUses(apiKeys, { clock, log });
  const audit = auditIn(databases.operator.session);
  const callLog = createCallLog({ audit, clock, log, metrics }, adapters.callLogLimits);
  const asCaller = callerSessions(databases.request, databases.operator);
  const sender = createOutboxSender({
    outbox: outboxIn(databases.pipeline.session),
    leases: leasesIn(databases.pipeline.session),
    publisher,
    codec,
    clock,
    log,
    metrics,
    holder: adapters.processName,
  });
  const wakeSender = (): void => {
    sender.wake();
  };
  const recentRuns = createRecentRuns(clock);
  const waitingRows = createWaitingRows({ runsOf, clock, log, metrics });
  const pageProgress = pageProgressView({ recordLog, codec, clock });
  const readLag = lagReader({
    admin: adapters.admin,
    topicNames: () => recordLog.topicNames(),
    session: databases.operator.session,
    view,
    clock,
  });
  const gateways = (): number =>
    Math.max(1, adapters.processes()?.filter(({ service }) => service === 'gateway').length ?? 0);
  const submissions = submissionLimits({ settings, adapters, asCaller, readLag, gateways });
  const { limits } = submissions;
  const egress = { ...settings.WEBHOOK_ALLOWED_HOSTS, http: settings.WEBHOOK_ALLOW_HTTP };
  const intake: Intake = {
    runsOf,
    store,
    publisher,
    recentRuns,
    waitingRows,
    clock,
    log,
    region: settings.REGION,
    maxBytes: settings.MAX_UPLOAD_BYTES,
    runExpiryMs: settings.RUN_EXPIRY_MS,
    grants: settings.SOURCE_BUCKETS,
    tenants,
    egress,
  };
  const artifacts = createRunArtifacts({
    runsOf,
    store,
    renditions: createRenditions({ store, pool: adapters.renderPool }),
  });
  const parts: GatewayParts = {
    intake,
    runsOf,
    overviews: runOverviewsIn(databases.operator.session),
    allRuns: runsIn(databases.pipeline.session),
    notifications: adapters.notifications,
    historyOf: (tenantId) =>
      tenantId === null
        ? runHistoryIn(databases.pipeline.session)
        : tenantRunHistoryIn(databases.request, tenantId),
    pageProgress,
    readQueue: queueReader(fleetQueueIn(databases.pipeline.session), clock),
    eventStreams: eventStreams({
      perCaller: settings.EVENT_STREAMS_PER_TENANT,
      inAll: settings.EVENT_STREAMS,
      metrics,
    }),
    streamTimes: adapters.streamTimes ?? defaultStreamTimes,
    recentRuns,
    waitingRows,
    callers: findCallers({
      keys: cacheKeyHolders(apiKeys, { clock, failures }),
      tokens: tokenHolders({
        issuers: settings.OIDC_ISSUERS,
        keysOf: (issuer) =>
          issuerKeys(
            issuer,
            {
              clock,
              fetch,
              onFailure: (error) => {
                log.warn('Keys of an identity provider could not be read', {
                  issuer: issuer.issuer,
                  reason: String(error),
                });
              },
            },
            adapters.keyTimes,
          ),
        tenants: states,
        failures,
        clock,
      }),
      certificates: settings.CLIENT_CERTIFICATES,
      tenants: states,
      clock,
      metrics,
    }),
    keyUses,
    tenants: createTenantAdministration(asCaller, clock, wakeSender),
    tenantSettings: createTenantSettings({
      asCaller,
      clock,
      onChange: wakeSender,
      maxPublicKeys: settings.PUBLIC_KEYS_PER_TENANT,
    }),
    erasures: createErasures(asCaller, clock),
    fleet: createFleetAdministration({ asCaller, view, clock, onChange: wakeSender }),
    readLag,
    readAccounts: () => fleetAccountsIn(databases.pipeline.session),
    audit,
    callLog,
    webhooks: createWebhooks({
      asCaller,
      clock,
      keys: settings.WEBHOOK_SECRET_KEYS,
      rule: egress,
      maxEndpoints: settings.WEBHOOKS_PER_TENANT,
      endpointExpiryMs: settings.WEBHOOK_EXPIRY_MS,
      callbackExpiryMs: settings.CALLBACK_EXPIRY_MS,
    }),
    review: createReview({
      asCaller,
      store,
      clock,
      metrics,
      pools: settings.EXTRACTION_POOLS,
      leaseMs: settings.REVIEW_LEASE_MS,
      runExpiryMs: settings.RUN_EXPIRY_MS,
      onOutbox: wakeSender,
    }),
    countWebhooks: () => webhookCountsIn(databases.operator.session),
    admission: submissions.admission,
    regions: {
      own: settings.REGION,
      others: settings.REGIONS,
      policiesOf: limits.policiesOf,
      passOn: otherRegion({ timeoutMs: settings.REQUEST_TIMEOUT_MS }),
    },
    usage: submissions.usage,
    publisher,
    store,
    artifacts,
    readLabels: readLabelsIn(databases.request),
    classDrafts: createClassDrafts({ artifacts, store, pool: adapters.draftPool }),
    artifactLinks: createArtifactLinks({
      secret: settings.ARTIFACT_URL_SECRET,
      signer: adapters.signer,
      clock,
    }),
    deadLetters: createDeadLetterService({
      asCaller,
      recordLog,
      codec,
      store,
      onOutbox: wakeSender,
      clock,
      log,
      region: settings.REGION,
      runExpiryMs: settings.RUN_EXPIRY_MS,
      pools: settings.EXTRACTION_POOLS,
    }),
    setAside: setAsideRecordsIn(databases.operator.session),
    batches: {
      database: databases.request,
      limits: {
        maxFiles: settings.BATCH_MAX_FILES,
        maxFileBytes: settings.MAX_UPLOAD_BYTES,
        maxTotalBytes: settings.BATCH_MAX_BYTES,
        maxArchiveBytes: settings.BATCH_MAX_ARCHIVE_BYTES,
      },
      draftExpiryMs: settings.BATCH_DRAFT_EXPIRY_MS,
      intakeLimits: {
        minFreeMemoryBytes: settings.BATCH_MIN_FREE_MEMORY_BYTES,
        minFreeDiskBytes: settings.BATCH_MIN_FREE_DISK_BYTES,
        needsWorkers: settings.BATCH_NEEDS_WORKERS,
        stagesFromZero: settings.BATCH_STAGES_FROM_ZERO,
      },
      intakeFacts: intakeFacts({
        spoolFolder: settings.SPOOL_DIR,
        checkDependencies: adapters.checkDependencies,
        processes: adapters.processes,
      }),
    },
    consoleSite: adapters.consoleSite,
    consoleFacts: consoleFactsOf(settings),
    clock,
    log,
    metrics,
    spoolFolder: settings.SPOOL_DIR,
    maxUploadBytes: settings.MAX_UPLOAD_BYTES,
    requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
    stallTimeoutMs: settings.STALL_TIMEOUT_MS,
    tenantLimit: tenantLimit({
      perMinuteOf: limits.requestsPerMinuteOf,
      shared: adapters.counter,
      gateways,
      clock,
    }),
    trustedProxies: settings.TRUSTED_PROXIES,
    stopping: adapters.stopping,
    live: () => healthy,
    ready: adapters.ready,
    tls: adapters.tls,
  };
  return { parts, intake, publisher, sender, submissions, keyUses, callLog, waitingRows, pageProgress };
}
