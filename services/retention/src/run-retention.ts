import { removeByPrefix } from '@docfleet/cache';
import {
  cacheConnection,
  connectionProblems,
  databaseConnection,
  httpTls,
  kafkaConnection,
  objectsConnection,
  registryConnection,
} from '@docfleet/connections';
import { openDatabase } from '@docfleet/database';
import { readingCachePrefix, systemClock } from '@docfleet/domain';
import { openKafkaLog } from '@docfleet/kafka';
import { openObjectStore } from '@docfleet/objects';
import { repeat } from '@docfleet/service';
import { openRegistryCodec } from '@docfleet/registry';
import {
  createLog,
  createMetrics,
  exportCertificateEnds,
  healthOf,
  healthy,
  startHealthServer,
} from '@docfleet/telemetry';
import { createCancel } from './adapters/cancel.ts';
import { exportExpiry } from './adapters/expiry-metrics.ts';
import { periodsOf, type RetentionSettings } from './config.ts';
import { keepAuditChain } from './audit-chain.ts';
import { createErasure } from './erase.ts';
import { expireOnce } from './expire.ts';

/** Runs expiry and erasure until `stopping` aborts. Waits for servers that are not available. */
export async function runRetention(settings: RetentionSettings, stopping: AbortSignal): Promise<void> {
  const clock = systemClock;
  const log = createLog({ service: 'retention', level: settings.LOG_LEVEL });
  const metrics = createMetrics('retention');
  exportCertificateEnds(metrics, settings);
  const problems = connectionProblems({
    now: () => clock.now(),
    log: (line) => {
      log.error(line);
    },
  });
  const database = openDatabase(settings.DATABASE_RETENTION_URL, {
    ...databaseConnection(settings, 'DATABASE_RETENTION_URL', problems),
    role: 'retention',
    poolSize: settings.DATABASE_POOL_SIZE,
  });
  const store = openObjectStore(objectsConnection(settings, problems));
  const recordLog = openKafkaLog({
    ...kafkaConnection(settings, problems),
    clientId: `retention-${process.pid}`,
    log: (level, message, facts) => {
      if (level === 'error') log.error(message, undefined, facts);
      else log[level](message, facts);
    },
  });
  const codec = openRegistryCodec(registryConnection(settings, problems));
  const { REDIS_URL: redisUrl, RETENTION_DRY_RUN: dryRun } = settings;
  const shown = exportExpiry(metrics, { clock, log, dryRun });
  const erase = createErasure({
    database,
    store,
    cancel: createCancel({ recordLog, codec, clock }),
    clearCache: (tenantId) =>
      redisUrl === undefined
        ? Promise.resolve(0)
        : removeByPrefix(redisUrl, readingCachePrefix(tenantId), cacheConnection(settings, problems)),
    clock,
    log,
    settleMs: settings.ERASURE_SETTLE_MS,
    onErased: shown.erased,
  });
  const expiry = {
    database,
    store,
    clock,
    log,
    periods: periodsOf(settings),
    perPass: settings.RETENTION_PER_PASS,
    perSecond: settings.RETENTION_PER_SECOND,
    dryRun,
    onExpired: shown.expired,
  };
  const chain = keepAuditChain({ database, clock, log, metrics });
  const health = await startHealthServer({
    host: settings.HTTP_HOST,
    port: settings.HTTP_PORT,
    metrics,
    live: () => healthy,
    ready: async () =>
      healthOf([
        ...(await Promise.all([
          database.ready().then(
            () => undefined,
            () => 'database unreachable',
          ),
          store.ready().then(
            () => undefined,
            () => 'object store unreachable',
          ),
        ])),
        ...problems.current(),
      ]),
    tls: httpTls(settings),
    onTlsProblem: (error) => {
      log.error('The changed certificate of HTTP_TLS_CERT_FILE is not used; the one before stays', error);
    },
  });
  await Promise.all([
    repeat({ what: 'Erasure', everyMs: settings.ERASURE_EVERY_MS, log, until: stopping }, () =>
      erase(stopping),
    ),
    repeat(
      { what: 'Sealing of the audit log', everyMs: settings.AUDIT_SEAL_EVERY_MS, log, until: stopping },
      () => chain.seal(stopping),
    ),
    repeat(
      { what: 'Check of the audit log', everyMs: settings.AUDIT_CHECK_EVERY_MS, log, until: stopping },
      () => chain.check(),
    ),
    repeat({ what: 'Expiry', everyMs: settings.RETENTION_EVERY_MS, log, until: stopping }, async () => {
      if (await expireOnce(expiry, stopping)) shown.passed();
    }),
  ]);
  await Promise.allSettled([recordLog.close(), database.close(), health.close()]);
  store.close();
  log.info('Stopped');
}
