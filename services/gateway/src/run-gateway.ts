import { openSharedCounter, openSharedIntake } from '@docfleet/cache';
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
  databaseBreaker,
  leasesIn,
  listenForNotifications,
  probeDatabase,
  tenantRunsIn,
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
  type LogFacts,
} from '@docfleet/telemetry';
import { tenantDirectory } from '@docfleet/tenant-settings';
import { programFolders } from '@docfleet/workers';
import type { Server as TlsServer } from 'node:tls';
import { readConsoleSite } from './adapters/console-site.ts';
import { openDatabases } from './adapters/databases.ts';
import { dependencyCheck } from './adapters/dependency-check.ts';
import { assembleGateway } from './assemble-gateway.ts';
import { ensureDevelopmentKeys } from './adapters/development-keys.ts';
import { sweptRuns } from './adapters/swept-runs.ts';
import type { GatewaySettings } from './config.ts';
import { readinessOf, withProblems } from './core/readiness.ts';
import { buildApi } from './http/build-api.ts';
import { dropFolders } from './drop-folders.ts';
import { runSweeper } from './sweeper.ts';

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
  const renderPool = startRenderPool({
    size: settings.RENDER_CHILDREN,
    maxQueued: settings.RENDER_QUEUE,
    timeoutMs: settings.RENDER_TIMEOUT_MS,
    readRoots: programFolders(import.meta.url),
    sandbox: await parserSandbox(settings.PARSER_SANDBOX, { log, metrics }),
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
  const runsOf = (tenantId: string) => tenantRunsIn(databases.request, tenantId);
  const directory = tenantDirectory({ recordLog, codec, clock, report: followReport({ log, metrics }) });
  const view = fleetView({ recordLog, codec, clock, report: followReport({ log, metrics }) });
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
  const sharedIntake =
    settings.REDIS_URL === undefined
      ? undefined
      : openSharedIntake({
          ...cacheConnection(settings, problems),
          url: settings.REDIS_URL,
          fleet: settings.REGION,
        });
  // An unknown key is remembered for a while, so nobody may be told that the gateway is ready before these exist.
  let developmentKeysExist = false;
  const gateway = assembleGateway(settings, {
    clock,
    log,
    metrics,
    processName: processName('gateway'),
    databases,
    runsOf,
    notifications,
    recordLog,
    admin,
    codec,
    store,
    signer,
    renderPool,
    counter,
    sharedIntake,
    tenants: directory,
    view,
    processes: () => (view.isKnown() ? view.processes(clock.now()) : undefined),
    checkDependencies,
    ready: async () => {
      const missing = developmentKeysExist ? [] : ['development keys were not created yet'];
      const status = { ...(await checkDependencies()), tenantsKnown: directory.isComplete() };
      return withProblems(readinessOf(status), [...missing, ...problems.current()]);
    },
    consoleSite: readConsoleSite(),
    tls,
    stopping,
  });
  const { intake, publisher, sender, submissions, keyUses, callLog, waitingRows, pageProgress } = gateway;
  const api = await buildApi(gateway.parts);
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
  await ensureDevelopmentKeys({
    apiKeys: apiKeysIn(databases.operator.session),
    settings,
    clock,
    log,
    stopping,
  });
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
  ]);
  signer?.close();
  store.close();
  counter?.close();
  sharedIntake?.close();
  log.info('Stopped');
}

/** A partition that every deployment has: its end offset can be read exactly when the broker is available. */
const controlPartition = { topic: 'documents.control', partition: 0 };
