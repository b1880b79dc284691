import type { RecordCodec, TopicName } from '@docfleet/contracts';
import { systemClock, type Clock, type StageName } from '@docfleet/domain';
import { openKafkaLog } from '@docfleet/kafka';
import { openObjectStore, type ObjectStore } from '@docfleet/objects';
import { openRegistryCodec } from '@docfleet/registry';
import { followStops, startStage, type RecordLog, type RunningStage, type Stage } from '@docfleet/stage';
import {
  createLog,
  createMetrics,
  healthOf,
  startHealthServer,
  startTracing,
  type HealthVerdict,
  type Log,
  type Metrics,
} from '@docfleet/telemetry';
import { observeStage } from './observer.ts';
import type { StageSettings } from './settings.ts';
import { stopSignal } from './stop-signal.ts';

/** What a stage is built from. */
export interface StageParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly store: ObjectStore;
  readonly recordLog: RecordLog;
  readonly codec: RecordCodec;
}

/** A stage with what belongs to it. */
export interface BuiltStage<F extends TopicName> {
  readonly stage: Stage<F>;
  /** Reasons why the stage cannot work now, beside those that every service has. */
  readonly unready?: () => readonly string[];
  readonly close?: () => Promise<void>;
}

/** Silence of the fetch loop after which a process counts as dead, in milliseconds. */
const deadAfterMs = 90_000;

/** Grace for handlers and connections after the drain, in milliseconds: a hang must not outlive the platform's kill. */
const closeGraceMs = 5_000;

/**
 * Runs a stage as a process: connections, health, the runtime, and on SIGTERM or SIGINT the drain (M-17). Servers
 * that are not there yet are waited for, and `/ready` says what is missing. Resolves when everything is closed.
 */
export async function runStageService<F extends TopicName>(options: {
  readonly name: StageName;
  readonly settings: StageSettings;
  readonly build: (parts: StageParts) => Promise<BuiltStage<F>>;
}): Promise<void> {
  const { name, settings } = options;
  const log = createLog({ service: name, level: settings.LOG_LEVEL });
  const stopping = stopSignal();
  const metrics = createMetrics(name);
  let running: RunningStage | undefined;
  let built: BuiltStage<F> | undefined;

  const health = await startHealthServer({
    host: settings.HTTP_HOST,
    port: settings.HTTP_PORT,
    metrics,
    live: () => liveness(running),
    ready: () =>
      healthOf([
        running === undefined ? `${name} waits for its servers` : undefined,
        ...(built?.unready?.() ?? []),
      ]),
  });
  const tracing = await startTracing({ service: name, endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT });
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
    clientId: `${name}-${String(process.pid)}`,
    sessionTimeoutMs: settings.SESSION_TIMEOUT_MS,
    log: (level, message, facts) => {
      if (level === 'error') log.error(message, undefined, facts);
      else log[level](message, facts);
    },
  });
  const codec = openRegistryCodec({ url: settings.SCHEMA_REGISTRY_URL });

  built = await options.build({ clock: systemClock, log, metrics, store, recordLog, codec });
  const starting = (async () => {
    const stops = await followStops({
      log: recordLog,
      codec,
      signal: stopping,
      onUndecodable: (error) => {
        log.error('a control record cannot be decoded', error);
      },
    });
    running = await startStage({
      stage: built.stage,
      log: recordLog,
      codec,
      clock: systemClock,
      stops,
      observer: observeStage({ stage: name, log, metrics, tracing }),
    });
    log.info(`${name} is in its group and works`);
  })();

  await Promise.race([starting, aborted(stopping)]);
  await aborted(stopping);
  log.info(`${name} stops: finishing what is at work`);
  await running?.drain(settings.DRAIN_TIMEOUT_MS);
  await Promise.race([
    Promise.allSettled([built.close?.(), recordLog.close(), health.close(), tracing.close()]),
    new Promise((resolve) => setTimeout(resolve, closeGraceMs).unref()),
  ]);
  store.close();
  log.info(`${name} has stopped`);
}

function liveness(running: RunningStage | undefined): HealthVerdict {
  const idleMs = running?.idleMs() ?? 0;
  return healthOf([
    idleMs > deadAfterMs
      ? `the consumer has read nothing for ${String(Math.round(idleMs / 1000))} s`
      : undefined,
  ]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
}
