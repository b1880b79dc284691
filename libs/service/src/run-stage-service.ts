import {
  severityOf,
  worstLevel,
  type DegradationLevel,
  type RecordCodec,
  type TopicName,
} from '@docfleet/contracts';
import { systemClock, whenAborted, withTimeout, type Clock, type StageName } from '@docfleet/domain';
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

/** Dependencies of a stage. */
export interface StageParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** With a breaker: while it is open, the stage starts no task. */
  readonly store: ObjectStore;
  /** The level of the fleet, for stages that reduce their work. */
  readonly fleet: FleetLevelSource;
  readonly recordLog: RecordLog;
  readonly codec: RecordCodec;
}

/** A stage with its own dependencies. */
export interface BuiltStage<F extends TopicName> {
  readonly stage: Stage<F>;
  /** Reasons why the stage is not ready, besides those of every service. */
  readonly unready?: () => readonly string[];
  /** Breakers of the stage's own dependencies: exported as metrics, reported to the fleet, and settable. */
  readonly breakers?: readonly SettableBreaker[];
  /** Level from which the stage starts no task; default: none. */
  readonly holdsFrom?: DegradationLevel;
  readonly close?: () => Promise<void>;
}

/** Inactivity of the fetch loop after which a process is not live, in milliseconds. */
const deadAfterMs = 90_000;

/** Time limit to close connections after the drain, in milliseconds: shorter than the grace period of the platform. */
const closeGraceMs = 5_000;

/**
 * Runs a stage as a process: connections, health, the runtime, and on SIGTERM or SIGINT the drain (M-17). Waits
 * for servers that are not available yet; `/ready` names them. Resolves when everything is closed.
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
          log.error('documents.control record could not be decoded', error);
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
    log.info(`${name} has joined its consumer group`);
  })().catch((error: unknown) => {
    if (!stopping.aborted) throw error;
  });

  await Promise.race([starting, whenAborted(stopping)]);
  await whenAborted(stopping);
  log.info(`${name} is stopping: draining tasks in execution`);
  await running?.drain(settings.DRAIN_TIMEOUT_MS);
  const closed = Promise.allSettled([built.close?.(), recordLog.close(), health.close(), tracing.close()]);
  await withTimeout(closed, closeGraceMs).catch((error: unknown) => {
    log.warn('Connections did not close in time', { reason: String(error) });
  });
  storeGuard.close();
  for (const breaker of built.breakers ?? []) breaker.close();
  store.close();
  log.info(`${name} has stopped`);
}

/** Holds starting while the breaker of the store is not closed, and from the level `holdsFrom`. */
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
      ? `the consumer has fetched nothing for ${String(Math.round(idleMs / 1000))} s`
      : undefined,
  ]);
}
