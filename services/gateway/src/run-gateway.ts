import { apiKeysIn, openDatabase, runsIn, type Database } from '@docfleet/database';
import { sleep, systemClock } from '@docfleet/domain';
import { openKafkaLog } from '@docfleet/kafka';
import { openObjectStore } from '@docfleet/objects';
import { openRegistryCodec } from '@docfleet/registry';
import { createLog, createMetrics, healthy, type Log } from '@docfleet/telemetry';
import { dependencyCheck } from './adapters/dependency-check.ts';
import { cacheKeyHolders } from './adapters/key-holders.ts';
import { openPublisher } from './adapters/publisher.ts';
import { createRecentRuns } from './adapters/recent-runs.ts';
import type { GatewaySettings } from './config.ts';
import { readinessOf } from './core/readiness.ts';
import { createDeadLetterService } from './dead-letters.ts';
import { buildApi } from './http/build-api.ts';
import { runSweeper } from './sweeper.ts';

/** Runs the gateway until `stopping` aborts, then finishes open requests. Waits for servers that are not available. */
export async function runGateway(settings: GatewaySettings, stopping: AbortSignal): Promise<void> {
  const clock = systemClock;
  const log = createLog({ service: 'gateway', level: settings.LOG_LEVEL });
  const metrics = createMetrics('gateway');
  const database = openDatabase(settings.DATABASE_URL, { poolSize: settings.DATABASE_POOL_SIZE });
  const store = openObjectStore({
    endpoint: settings.S3_ENDPOINT,
    region: settings.S3_REGION,
    bucket: settings.S3_BUCKET,
    accessKeyId: settings.AWS_ACCESS_KEY_ID,
    secretAccessKey: settings.AWS_SECRET_ACCESS_KEY,
    forcePathStyle: settings.S3_FORCE_PATH_STYLE,
  });
  const recordLog = openKafkaLog({
    brokers: settings.KAFKA_BROKERS,
    clientId: `gateway-${process.pid}`,
    log: (level, message, facts) => {
      if (level === 'error') log.error(message, undefined, facts);
      else log[level](message, facts);
    },
  });
  const codec = openRegistryCodec({ url: settings.SCHEMA_REGISTRY_URL });
  const publisher = openPublisher({
    recordLog,
    codec,
    clock,
    preset: settings.TOPICS_PRESET,
    shards: settings.INTAKE_SHARDS ?? Number.MAX_SAFE_INTEGER,
    timeoutMs: settings.PUBLISH_TIMEOUT_MS,
  });
  const runs = runsIn(database.session);
  const checkDependencies = dependencyCheck(
    {
      broker: () => recordLog.endOffset(controlPartition),
      store: () => store.ready(),
      database: () => database.ready(),
    },
    clock,
  );
  const recentRuns = createRecentRuns();
  const api = await buildApi({
    intake: {
      runs,
      store,
      publisher,
      recentRuns,
      clock,
      log,
      region: settings.REGION,
      maxBytes: settings.MAX_UPLOAD_BYTES,
      sourceBuckets: settings.SOURCE_BUCKETS,
    },
    runs,
    recentRuns,
    keyHolders: cacheKeyHolders(apiKeysIn(database.session), clock),
    publisher,
    store,
    deadLetters: createDeadLetterService({
      database: () => database,
      recordLog,
      codec,
      store,
      publisher,
      clock,
      log,
      region: settings.REGION,
    }),
    clock,
    log,
    metrics,
    spoolFolder: settings.SPOOL_DIR,
    maxUploadBytes: settings.MAX_UPLOAD_BYTES,
    rateLimitPerMinute: settings.RATE_LIMIT_PER_MINUTE,
    live: () => healthy,
    ready: async () => readinessOf(await checkDependencies()),
  });
  const address = await api.listen({ host: settings.HTTP_HOST, port: settings.HTTP_PORT });
  log.info('API is listening', { address });

  const key = settings.DEVELOPMENT_API_KEY;
  if (key !== undefined) await ensureDevelopmentKey({ database, key, log, stopping });
  await runSweeper({ runs, publisher, clock, log }, stopping);

  log.info('Stopping: finishing open requests');
  await api.close();
  await Promise.allSettled([recordLog.close(), database.close()]);
  store.close();
  log.info('Stopped');
}

/** A partition that every deployment has: its end offset can be read exactly when the broker is available. */
const controlPartition = { topic: 'documents.control', partition: 0 };

/** Creates the key; retries every second while the database is unavailable. */
async function ensureDevelopmentKey(options: {
  readonly database: Database;
  readonly key: string;
  readonly log: Log;
  readonly stopping: AbortSignal;
}): Promise<void> {
  const { database, key, log, stopping } = options;
  while (!stopping.aborted) {
    try {
      await apiKeysIn(database.session).create({
        tenantId: 'development',
        role: 'admin',
        at: systemClock.now(),
        key,
      });
      log.info('Development API key exists');
      return;
    } catch (error) {
      log.warn('Development API key could not be created; trying again', { reason: String(error) });
      await sleep(systemClock, 1_000, stopping).catch(() => undefined);
    }
  }
}
