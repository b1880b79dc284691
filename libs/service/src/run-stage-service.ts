import {
  severityOf,
  worstLevel,
  type DegradationLevel,
  type RecordCodec,
  type TopicName,
} from '@docfleet/contracts';
import { systemClock, type Clock, type StageName } from '@docfleet/domain';
import { openKafkaLog } from '@docfleet/kafka';
import { openObjectStore, type ObjectStore } from '@docfleet/objects';
import { openRegistryCodec } from '@docfleet/registry';
import type { SettableBreaker } from '@docfleet/resilience';
import type { RecordLog } from '@docfleet/record-log';
import { followStops, type RunningStage, type Stage, startStage } from '@docfleet/stage';
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
import { fleetMember, processName, type FleetLevelSource, type FleetMember } from '@docfleet/fleet-level';
import { guardStore, probeStore, storeBreaker } from './guard-store.ts';
import { observeStage } from './observer.ts';
import type { StageSettings } from './settings.ts';
import { startHolds, type StartHolds } from './start-holds.ts';
import { stopSignal } from './stop-signal.ts';

/** What a stage is built from. */
export interface StageParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Behind a breaker: while that is open, the stage starts nothing. */
  readonly store: ObjectStore;
  /** The level of the fleet, for what the stage itself does less of. */
  readonly fleet: FleetLevelSource;
  readonly recordLog: RecordLog;
  readonly codec: RecordCodec;
}

/** A stage with what belongs to it. */
export interface BuiltStage<F extends TopicName> {
  readonly stage: Stage<F>;
  /** Reasons why the stage cannot work now, beside those that every service has. */
  readonly unready?: () => readonly string[];
  /** Breakers of the stage's own dependencies: shown, reported to the fleet, and settable. */
  readonly breakers?: readonly SettableBreaker[];
  /** From this level on the stage starts no work; default: it works at every level. */
  readonly holdsFrom?: DegradationLevel;
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
  let unready: () => readonly string[] = () => [];

  const health = await startHealthServer({
    host: settings.HTTP_HOST,
    port: settings.HTTP_PORT,
    metrics,
    live: () => liveness(running),
    ready: () =>
      healthOf([running === undefined ? `${name} waits for its servers` : undefined, ...unready()]),
  });
  const tracing = await startTracing({ service: name, endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT });
  const bareStore = openObjectStore({
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

  const fleet = fleetMember({
    service: name,
    process: processName(name),
    recordLog,
    codec,
    clock: systemClock,
    metrics,
    log,
  });
  const gate = startHolds(metrics);
  const storeGuard = storeBreaker();
  const store = guardStore(bareStore, storeGuard);
  probeStore(bareStore, storeGuard, stopping);

  const built = await options.build({ clock: systemClock, log, metrics, store, fleet, recordLog, codec });
  unready = built.unready ?? unready;
  for (const breaker of [storeGuard, ...(built.breakers ?? [])]) fleet.watch(breaker);
  holdStarting({ gate, storeGuard, fleet, holdsFrom: built.holdsFrom });
  const starting = (async () => {
    const [stops] = await Promise.all([
      followStops({
        log: recordLog,
        codec,
        signal: stopping,
        onUndecodable: (error) => {
          log.error('a control record cannot be decoded', error);
        },
      }),
      fleet.join(stopping),
    ]);
    running = await startStage({
      stage: built.stage,
      log: recordLog,
      codec,
      clock: systemClock,
      stops,
      gate,
      mark: (run, activeMs) => ({
        ...run,
        degradation: worstLevel([run.degradation, fleet.worstWithin(activeMs)]),
      }),
      observer: observeStage({ stage: name, log, metrics, tracing }),
    });
    log.info(`${name} is in its group and works`);
  })().catch((error: unknown) => {
    if (!stopping.aborted) throw error;
  });

  await Promise.race([starting, aborted(stopping)]);
  await aborted(stopping);
  log.info(`${name} stops: finishing what is at work`);
  await running?.drain(settings.DRAIN_TIMEOUT_MS);
  await Promise.race([
    Promise.allSettled([built.close?.(), recordLog.close(), health.close(), tracing.close()]),
    new Promise((resolve) => setTimeout(resolve, closeGraceMs).unref()),
  ]);
  storeGuard.close();
  for (const breaker of built.breakers ?? []) breaker.close();
  store.close();
  log.info(`${name} has stopped`);
}

/** Holds starting while the store is not known to work, and from the level on that the stage says. */
function holdStarting({
  gate,
  storeGuard,
  fleet,
  holdsFrom,
}: {
  readonly gate: StartHolds;
  readonly storeGuard: SettableBreaker;
  readonly fleet: FleetMember;
  readonly holdsFrom: DegradationLevel | undefined;
}): void {
  const followStore = (): void => {
    gate.set('object-store', storeGuard.state !== 'closed');
  };
  const followLevel = (): void => {
    gate.set('fleet-level', holdsFrom !== undefined && severityOf(fleet.level()) >= severityOf(holdsFrom));
  };
  storeGuard.onChange(followStore);
  fleet.onLevel(followLevel);
  followStore();
  followLevel();
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
