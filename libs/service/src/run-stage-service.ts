import {
  connectionProblems,
  httpTls,
  kafkaConnection,
  objectsConnection,
  registryConnection,
  type ConnectionProblems,
} from '@docfleet/connections';
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
import {
  followStops,
  startCommonStage,
  startStage,
  type RunnerOptions,
  type RunningStage,
  type Stage,
  type TenantPace,
} from '@docfleet/stage';
import {
  createLog,
  createMetrics,
  exportCertificateEnds,
  followReport,
  healthOf,
  startHealthServer,
  startTracing,
  type HealthVerdict,
  type Log,
  type Metrics,
} from '@docfleet/telemetry';
import { fleetMember, processName, type FleetLevelSource, type FleetMember } from '@docfleet/fleet-level';
import { guardStore, probeStore, storeBreaker, type StoreCall } from './guard-store.ts';
import { exportLoad } from './load-metrics.ts';
import { observeStage } from './observer.ts';
import { pageProgressSender } from './page-progress.ts';
import type { StageSettings } from './settings.ts';
import { followPauses, workUnlessDrained } from './follow-orders.ts';
import { holdWhileOpen, startHolds, type StartHolds } from './start-holds.ts';
import { stopSignal } from './stop-signal.ts';

/** Dependencies of a stage. */
export interface StageParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** With a breaker: while it is open, the stage starts no task. */
  readonly store: ObjectStore;
  /** The level of the fleet, for stages that reduce their work, and what operators have ordered of the process. */
  readonly fleet: FleetLevelSource & Pick<FleetMember, 'orders' | 'onOrders' | 'reportModels'>;
  readonly recordLog: RecordLog;
  readonly codec: RecordCodec;
  /** Takes failures of the stage's own servers, for the log and `/ready`. */
  readonly problems: ConnectionProblems;
}

/** A stage with its own dependencies. */
export interface BuiltStage<F extends TopicName> {
  readonly stage: Stage<F>;
  /** Reasons why the stage is not ready, besides those of every service. */
  readonly unready?: () => readonly string[];
  /** Breakers of the stage's own dependencies: exported as metrics, reported to the fleet, and settable. */
  readonly breakers?: readonly SettableBreaker[];
  /** The breaker of the stage's database: like one of `breakers`, and while it is not closed the stage starts no task. */
  readonly database?: SettableBreaker;
  /** The breaker of the store of tasks for people, as `database`. */
  readonly review?: SettableBreaker;
  /** What the stage measures, by its name in the decision matrix; undefined leaves a measure out of a report. */
  readonly measures?: Readonly<Record<string, () => number | undefined>>;
  /** Level from which the stage starts no task; default: none. */
  readonly holdsFrom?: DegradationLevel;
  /** Which tenants are held back; default: none. */
  readonly pace?: TenantPace;
  /** Resolves when the stage knows what it needs before its first task. */
  readonly beforeFirstTask?: (stopping: AbortSignal) => Promise<void>;
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
  /** The pool of the stage that this process works for; absent: the stage itself. */
  readonly pool?: string;
  /** The pools of the deployment, for a stage that has pools: what was left in others is finished by common processes. */
  readonly pools?: readonly string[];
  readonly settings: StageSettings;
  readonly build: (parts: StageParts) => Promise<BuiltStage<F>>;
}): Promise<void> {
  const { name, pool, settings } = options;
  const log = createLog({ service: name, level: settings.LOG_LEVEL });
  const stopping = stopSignal();
  const metrics = createMetrics(name, pool);
  exportCertificateEnds(metrics, settings);
  const problems = connectionProblems({
    now: () => systemClock.now(),
    log: (line) => {
      log.error(line);
    },
  });
  let running: RunningStage | undefined;
  let isDrained = false;
  let unready: () => readonly string[] = () => [];

  const health = await startHealthServer({
    host: settings.HTTP_HOST,
    port: settings.HTTP_PORT,
    metrics,
    live: () => liveness(running),
    ready: () => healthOf([notWorking(name, { running, isDrained }), ...unready(), ...problems.current()]),
    tls: httpTls(settings),
    onTlsProblem: (error) => {
      log.error('The changed certificate of HTTP_TLS_CERT_FILE is not used; the one before stays', error);
    },
  });
  const tracing = await startTracing({ service: name, endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT });
  const bareStore = openObjectStore(objectsConnection(settings, problems));
  const recordLog = openKafkaLog({
    ...kafkaConnection(settings, problems),
    clientId: `${name}-${String(process.pid)}`,
    sessionTimeoutMs: settings.SESSION_TIMEOUT_MS,
    onUnreadable: (partitions) => {
      metrics.unreadablePartitions.set({}, partitions);
    },
    log: (level, message, facts) => {
      if (level === 'error') log.error(message, undefined, facts);
      else log[level](message, facts);
    },
  });
  const codec = openRegistryCodec(registryConnection(settings, problems));

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
  const store = guardStore(bareStore, storeGuard, timeStoreCalls(metrics));
  probeStore(bareStore, storeGuard, stopping);

  const built = await options.build({
    clock: systemClock,
    log,
    metrics,
    store,
    fleet,
    recordLog,
    codec,
    problems,
  });
  unready = built.unready ?? unready;
  exportLoad(metrics, { stage: name, slots: built.stage.maxConcurrentRuns, running: () => running });
  const ownBreakers = [built.database ?? [], built.review ?? [], built.breakers ?? []].flat();
  for (const breaker of [storeGuard, ...ownBreakers]) fleet.watch(breaker);
  for (const [measure, read] of Object.entries(built.measures ?? {})) fleet.measure(measure, read);
  holdWhileOpen(gate, 'object-store', storeGuard);
  if (built.database !== undefined) holdWhileOpen(gate, 'database', built.database);
  if (built.review !== undefined) holdWhileOpen(gate, 'review', built.review);
  holdFromLevel(gate, fleet, built.holdsFrom);
  followPauses(gate, fleet);
  const drainedGauge = metrics.gauge(
    'docfleet_process_drained',
    '1 while an operator has drained the process.',
  );
  const working = (async () => {
    const [stops] = await Promise.all([
      followStops({
        log: recordLog,
        codec,
        clock: systemClock,
        signal: stopping,
        report: followReport({ log, metrics }),
      }),
      fleet.join(stopping),
      built.beforeFirstTask?.(stopping),
    ]);
    const runner: RunnerOptions<F> = {
      stage: built.stage,
      log: recordLog,
      codec,
      clock: systemClock,
      stops,
      gate,
      pace: built.pace,
      maxRecords: settings.MAX_RECORDS_IN_FLIGHT,
      maxBytes: settings.MAX_BYTES_IN_FLIGHT,
      mark: (run, activeMs) => ({
        ...run,
        degradation: worstLevel([run.degradation, fleet.worstWithin(activeMs)]),
      }),
      onPages: pageProgressSender({
        stage: name,
        recordLog,
        codec,
        clock: systemClock,
        signal: stopping,
      }),
      observer: observeStage({ stage: name, log, metrics, tracing }),
    };
    const isCommon = options.pools !== undefined && pool === undefined;
    const start = async (): Promise<() => Promise<void>> => {
      const stage = await (isCommon ? startCommonStage(runner, options.pools) : startStage(runner));
      running = stage;
      log.info(`${name} has joined the consumer group ${stage.group}`);
      return async () => {
        log.info(`${name} finishes its work and leaves its consumer group`);
        await stage.drain(settings.DRAIN_TIMEOUT_MS);
        running = undefined;
      };
    };
    await workUnlessDrained({
      fleet,
      stopping,
      start,
      onDrained: (drained) => {
        isDrained = drained;
        drainedGauge.set({}, isDrained ? 1 : 0);
        if (isDrained) log.warn(`${name} takes no work: an operator has drained this process`);
      },
    });
  })().catch((error: unknown) => {
    if (!stopping.aborted) throw error;
  });

  await Promise.race([working, whenAborted(stopping)]);
  await whenAborted(stopping);
  log.info(`${name} is stopping`);
  // One that still waits for its servers has nothing to finish, and may wait for long.
  if (running !== undefined) await working;
  const closed = Promise.allSettled([built.close?.(), recordLog.close(), health.close(), tracing.close()]);
  await withTimeout(closed, closeGraceMs).catch((error: unknown) => {
    log.warn('Connections did not close in time', { reason: String(error) });
  });
  storeGuard.close();
  for (const breaker of ownBreakers) breaker.close();
  store.close();
  log.info(`${name} has stopped`);
}

function timeStoreCalls(metrics: Pick<Metrics, 'histogram'>): (call: StoreCall) => void {
  const duration = metrics.histogram({
    name: 'docfleet_object_store_duration_seconds',
    help: 'Time of one call of the object store, its retries included.',
    labels: ['operation', 'result'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  });
  return ({ operation, result, ms }) => {
    duration.observe({ operation, result }, ms / 1000);
  };
}

/** Holds starting from the level `holdsFrom`. */
function holdFromLevel(gate: StartHolds, fleet: FleetMember, holdsFrom: DegradationLevel | undefined): void {
  const follow = (): void => {
    gate.set('fleet-level', holdsFrom !== undefined && severityOf(fleet.level()) >= severityOf(holdsFrom));
  };
  fleet.onLevel(follow);
  follow();
}

/** Why a process is not working; undefined while it is. */
function notWorking(
  name: StageName,
  { running, isDrained }: { readonly running: RunningStage | undefined; readonly isDrained: boolean },
): string | undefined {
  if (running !== undefined) return undefined;
  return isDrained ? `${name} was drained by an operator` : `${name} waits for its servers`;
}

function liveness(running: RunningStage | undefined): HealthVerdict {
  const idleMs = running?.idleMs() ?? 0;
  return healthOf([
    idleMs > deadAfterMs
      ? `the consumer has fetched nothing for ${String(Math.round(idleMs / 1000))} s`
      : undefined,
  ]);
}
