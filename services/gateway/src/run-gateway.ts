import { openSharedCounter } from '@docfleet/cache';
import { startDraftPool } from '@docfleet/class-training';
import {
  cacheConnection,
  connectionProblems,
  databaseConnection,
  httpTls,
  kafkaConnection,
  objectsConnection,
  registryConnection,
} from '@docfleet/connections';
import {
  apiKeysIn,
  auditIn,
  fleetQueueIn,
  databaseBreaker,
  leasesIn,
  listenForNotifications,
  outboxIn,
  probeDatabase,
  runHistoryIn,
  runOverviewsIn,
  runsIn,
  setAsideRecordsIn,
  tenantRunHistoryIn,
  tenantRunsIn,
  tenantsIn,
  webhookCountsIn,
} from '@docfleet/database';
import { systemClock } from '@docfleet/domain';
import { fleetMember, fleetView, processName } from '@docfleet/fleet-level';
import { openKafkaAdmin, openKafkaLog } from '@docfleet/kafka';
import { openObjectStore, openUrlSigner } from '@docfleet/objects';
import { startRenderPool } from '@docfleet/reports';
import { openRegistryCodec } from '@docfleet/registry';
import { parserSandbox } from '@docfleet/service';
import {
  createLog,
  createMetrics,
  exportBatchEnds,
  exportCertificateEnds,
  followReport,
  healthy,
  type LogFacts,
} from '@docfleet/telemetry';
import { tenantDirectory } from '@docfleet/tenant-settings';
import { programFolders } from '@docfleet/workers';
import type { Server as TlsServer } from 'node:tls';
import { createCallLog } from './adapters/call-log.ts';
import { findCallers } from './adapters/callers.ts';
import { readConsoleSite } from './adapters/console-site.ts';
import { callerSessions } from './adapters/caller-session.ts';
import { openDatabases } from './adapters/databases.ts';
import { dependencyCheck } from './adapters/dependency-check.ts';
import { ensureDevelopmentKeys } from './adapters/development-keys.ts';
import { eventStreams } from './adapters/event-streams.ts';
import { failedCalls } from './adapters/failed-calls.ts';
import { fleetSigner } from './adapters/fleet-signature.ts';
import { intakeFacts } from './adapters/intake-facts.ts';
import { issuerKeys } from './adapters/issuer-keys.ts';
import { cacheKeyHolders } from './adapters/key-holders.ts';
import { lagReader } from './adapters/lag-reader.ts';
import { collectKeyUses } from './adapters/key-uses.ts';
import { pageProgressView } from './adapters/page-progress.ts';
import { otherRegion } from './adapters/other-region.ts';
import { openPublisher, timeProducing } from './adapters/publisher.ts';
import { queueReader } from './adapters/queue-reader.ts';
import { createRecentRuns } from './adapters/recent-runs.ts';
import { sweptRuns } from './adapters/swept-runs.ts';
import { tenantLimit } from './adapters/tenant-limit.ts';
import { tenantStates } from './adapters/tenant-states.ts';
import { tokenHolders } from './adapters/token-holders.ts';
import { createWaitingRows } from './adapters/waiting-rows.ts';
import { createArtifactLinks } from './artifact-links.ts';
import { createClassDrafts } from './class-drafts.ts';
import type { GatewaySettings } from './config.ts';
import { consoleFactsOf } from './core/console.ts';
import { readinessOf, withProblems } from './core/readiness.ts';
import { createDeadLetterService } from './dead-letters.ts';
import { createErasures } from './erasures.ts';
import { createFleetAdministration } from './fleet.ts';
import { buildApi } from './http/build-api.ts';
import { createOutboxSender } from './outbox-sender.ts';
import { defaultStreamTimes } from './stream-events.ts';
import { createRenditions } from './renditions.ts';
import { readLabelsIn } from './review-labels.ts';
import { createRunArtifacts } from './run-artifacts.ts';
import { dropFolders } from './drop-folders.ts';
import type { Intake } from './intake.ts';
import { runSweeper } from './sweeper.ts';
import { openSubmissionLimits } from './submission-limits.ts';
import { createTenantSettings } from './tenant-settings.ts';
import { createTenantAdministration } from './tenants.ts';
import { createWebhooks } from './webhooks.ts';

/** Drafts of classes that wait while one is computed, and the time that one may take, in milliseconds. */
const maxQueuedDrafts = 4;
const draftTimeoutMs = 120_000;

/** Runs the gateway until `stopping` aborts, then finishes open requests. Waits for servers that are not available. */
export async function runGateway(settings: GatewaySettings, stopping: AbortSignal): Promise<void> {
  const clock = systemClock;
  const log = createLog({ service: 'gateway', level: settings.LOG_LEVEL });
  const metrics = createMetrics('gateway');
  exportCertificateEnds(metrics, settings);
  const problems = connectionProblems({
    now: () => clock.now(),
    log: (line) => {
      log.error(line);
    },
  });
  const breaker = databaseBreaker();
  const databases = openDatabases(settings, problems, breaker);
  probeDatabase(breaker, databases.request);
  const store = openObjectStore(objectsConnection(settings, problems));
  const signer =
    settings.S3_PUBLIC_ENDPOINT === undefined
      ? undefined
      : openUrlSigner({ ...objectsConnection(settings), endpoint: settings.S3_PUBLIC_ENDPOINT });
  const sandbox = await parserSandbox(settings.PARSER_SANDBOX, { log, metrics });
  const draftPool = startDraftPool({
    maxQueued: maxQueuedDrafts,
    timeoutMs: draftTimeoutMs,
    readRoots: programFolders(import.meta.url),
    sandbox,
  });
  const renderPool = startRenderPool({
    size: settings.RENDER_CHILDREN,
    maxQueued: settings.RENDER_QUEUE,
    timeoutMs: settings.RENDER_TIMEOUT_MS,
    readRoots: programFolders(import.meta.url),
    sandbox,
  });
  const kafka = {
    ...kafkaConnection(settings, problems),
    clientId: `gateway-${process.pid}`,
    log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, facts?: LogFacts) => {
      if (level === 'error') log.error(message, undefined, facts);
      else log[level](message, facts);
    },
  };
  const recordLog = openKafkaLog(kafka);
  const admin = openKafkaAdmin(kafka);
  const codec = openRegistryCodec(registryConnection(settings, problems));
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
  const runsOf = (tenantId: string) => tenantRunsIn(databases.request, tenantId);
  const allRuns = runsIn(databases.pipeline.session);
  const apiKeys = apiKeysIn(databases.operator.session);
  const failures = failedCalls({ perMinute: settings.FAILED_CALLS_PER_MINUTE, clock });
  const states = tenantStates(tenantsIn(databases.operator.session), clock);
  const keyUses = collectKeyUses(apiKeys, { clock, log });
  const audit = auditIn(databases.operator.session);
  const callLog = createCallLog({ audit, clock, log, metrics });
  const asCaller = callerSessions(databases.request, databases.operator);
  const notifications = listenForNotifications(
    settings.DATABASE_PIPELINE_URL,
    databaseConnection(settings, 'DATABASE_PIPELINE_URL', problems),
  );
  const checkDependencies = dependencyCheck(
    {
      broker: () => recordLog.endOffset(controlPartition),
      store: () => store.ready(),
      database: () => databases.ready(),
    },
    clock,
  );
  const sender = createOutboxSender({
    outbox: outboxIn(databases.pipeline.session),
    leases: leasesIn(databases.pipeline.session),
    publisher,
    codec,
    clock,
    log,
    metrics,
    holder: processName('gateway'),
  });
  const wakeSender = (): void => {
    sender.wake();
  };
  const directory = tenantDirectory({ recordLog, codec, clock, report: followReport({ log, metrics }) });
  const view = fleetView({ recordLog, codec, clock, report: followReport({ log, metrics }) });
  const recentRuns = createRecentRuns(clock);
  const pageProgress = pageProgressView({ recordLog, codec, clock });
  const streams = eventStreams({
    perCaller: settings.EVENT_STREAMS_PER_TENANT,
    inAll: settings.EVENT_STREAMS,
    metrics,
  });
  const waitingRows = createWaitingRows({ runsOf, clock, log, metrics });
  const fleet = fleetMember({
    service: 'gateway',
    process: processName('gateway'),
    recordLog,
    codec,
    clock,
    metrics,
    log,
  });
  fleet.watch(breaker);
  const tls = httpTls(settings);
  const counter =
    settings.REDIS_URL === undefined
      ? undefined
      : openSharedCounter({
          ...cacheConnection(settings, problems),
          url: settings.REDIS_URL,
          onProblem: (reason) => {
            log.warn('Redis is not available; each gateway counts the calls of tenants for itself', {
              reason,
            });
          },
        });
  const readLag = lagReader({
    admin,
    topicNames: () => recordLog.topicNames(),
    session: databases.operator.session,
    view,
    clock,
  });
  const submissions = openSubmissionLimits({
    settings,
    ...{ tenants: directory, databases, runsOf, asCaller, readLag, view, clock, log, metrics, problems },
  });
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
    tenants: directory,
    egress,
  };
  const artifacts = createRunArtifacts({
    runsOf,
    store,
    renditions: createRenditions({ store, pool: renderPool }),
  });
  // An unknown key is remembered for a while, so nobody may be told that the gateway is ready before these exist.
  let developmentKeysExist = false;
  const api = await buildApi({
    intake,
    runsOf,
    overviews: runOverviewsIn(databases.operator.session),
    allRuns,
    notifications,
    historyOf: (tenantId) =>
      tenantId === null
        ? runHistoryIn(databases.pipeline.session)
        : tenantRunHistoryIn(databases.request, tenantId),
    pageProgress,
    readQueue: queueReader(fleetQueueIn(databases.pipeline.session), clock),
    eventStreams: streams,
    streamTimes: defaultStreamTimes,
    recentRuns,
    waitingRows,
    callers: findCallers({
      keys: cacheKeyHolders(apiKeys, { clock, failures }),
      tokens: tokenHolders({
        issuers: settings.OIDC_ISSUERS,
        keysOf: (issuer) =>
          issuerKeys(issuer, {
            clock,
            fetch,
            onFailure: (error) => {
              log.warn('Keys of an identity provider could not be read', {
                issuer: issuer.issuer,
                reason: String(error),
              });
            },
          }),
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
    classDrafts: createClassDrafts({ artifacts, store, pool: draftPool }),
    artifactLinks: createArtifactLinks({ secret: settings.ARTIFACT_URL_SECRET, signer, clock }),
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
        checkDependencies,
        processes: () => (view.isKnown() ? view.processes(clock.now()) : undefined),
      }),
    },
    consoleSite: readConsoleSite(),
    consoleFacts: consoleFactsOf(settings),
    clock,
    log,
    metrics,
    spoolFolder: settings.SPOOL_DIR,
    maxUploadBytes: settings.MAX_UPLOAD_BYTES,
    requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
    stallTimeoutMs: settings.STALL_TIMEOUT_MS,
    tenantLimit: tenantLimit({ perMinuteOf: limits.requestsPerMinuteOf, shared: counter, clock }),
    trustedProxies: settings.TRUSTED_PROXIES,
    stopping,
    live: () => healthy,
    ready: async () => {
      const missing = developmentKeysExist ? [] : ['development keys were not created yet'];
      const status = { ...(await checkDependencies()), tenantsKnown: directory.isComplete() };
      return withProblems(readinessOf(status), [...missing, ...problems.current()]);
    },
    tls,
  });
  const dropped = dropFolders({
    intake,
    admission: submissions.admission,
    folders: store,
    tenants: () => directory.all(),
    runsOf,
    leases: leasesIn(databases.pipeline.session),
    metrics,
    holder: processName('gateway'),
    intervalMs: settings.DROP_POLL_MS,
    maxAgeMs: settings.DROP_MAX_AGE_MS,
  });
  const unfollow =
    tls?.follow(api.server as unknown as TlsServer, (error) => {
      log.error('The changed certificate of HTTP_TLS_CERT_FILE is not used; the one before stays', error);
    }) ?? (() => undefined);
  const address = await api.listen({ host: settings.HTTP_HOST, port: settings.HTTP_PORT });
  log.info('API is listening', { address });

  directory.join(stopping).catch((error: unknown) => {
    if (!stopping.aborted) log.error('fleet.tenants cannot be followed', error);
  });
  pageProgress.join(stopping).catch((error: unknown) => {
    if (!stopping.aborted) log.error('documents.progress cannot be followed', error);
  });
  view.join(stopping).catch((error: unknown) => {
    if (!stopping.aborted) log.error('fleet.level and fleet.health cannot be followed', error);
  });
  databases.ready().catch((error: unknown) => {
    // What only a person can mend about the connection is said by `problems`, once.
    if (problems.current().length === 0)
      log.error('Database cannot be used; requests that need it wait for it', error);
  });
  await ensureDevelopmentKeys({ apiKeys, settings, clock, log, stopping });
  developmentKeysExist = true;
  await Promise.all([
    runSweeper(
      { runs: sweptRuns(databases.pipeline, exportBatchEnds(metrics)), publisher, clock, log },
      stopping,
    ),
    sender.run(stopping),
    ...(settings.DROP_FOLDERS ? [dropped.run(stopping)] : []),
    submissions.run(stopping),
    keyUses.run(stopping),
    callLog.run(stopping),
    waitingRows.run(stopping),
    fleet.join(stopping).catch((error: unknown) => {
      // The gateway serves as before; only orders about its breaker do not reach it.
      if (!stopping.aborted) log.error('The level of the fleet cannot be followed', error);
    }),
  ]);

  log.info('Stopping: finishing open requests');
  unfollow();
  await api.close();
  await callLog.close();
  breaker.close();
  await Promise.allSettled([
    recordLog.close(),
    admin.close(),
    notifications.close(),
    databases.close(),
    renderPool.close(),
    draftPool.close(),
  ]);
  signer?.close();
  store.close();
  counter?.close();
  submissions.close();
  log.info('Stopped');
}

/** A partition that every deployment has: its end offset can be read exactly when the broker is available. */
const controlPartition = { topic: 'documents.control', partition: 0 };
