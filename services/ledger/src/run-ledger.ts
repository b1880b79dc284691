import {
  connectionProblems,
  databaseConnection,
  kafkaConnection,
  registryConnection,
} from '@docfleet/connections';
import {
  databaseBreaker,
  openBatches,
  openDatabase,
  outcomesIn,
  probeDatabase,
  runsIn,
  setAsideRecordsIn,
} from '@docfleet/database';
import { systemClock } from '@docfleet/domain';
import { openKafkaAdmin, openKafkaLog } from '@docfleet/kafka';
import { repeat, serveReader } from '@docfleet/service';
import { openRegistryApi, openRegistryCodec } from '@docfleet/registry';
import { createLog, createMetrics, exportBatchEnds, exportCertificateEnds } from '@docfleet/telemetry';
import { exportAccounts } from './adapters/account-metrics.ts';
import { exportExceptions } from './adapters/exception-metrics.ts';
import { fleetParticipation } from './adapters/fleet-participation.ts';
import { countInFlight } from './adapters/in-flight-count.ts';
import { exportLag } from './adapters/lag-metrics.ts';
import { exportOpenBatches } from './adapters/open-batch-metrics.ts';
import { exportProgress } from './adapters/progress-metrics.ts';
import { createReadModelWriter } from './adapters/read-model-writer.ts';
import { startReader } from './adapters/reader.ts';
import { createRedrives } from './adapters/redrives.ts';
import { createSweep } from './adapters/sweeps.ts';
import type { LedgerSettings } from './config.ts';

/** Interval at which records are redriven that operators ask for, in milliseconds. */
const redriveIntervalMs = 10_000;

/** A partition that every deployment has. */
const eventsPartition = { topic: 'documents.events', partition: 0 };

/**
 * Runs the ledger until `stopping` aborts, then finishes the current batch. Waits for servers that are not available.
 *
 * @throws the error that ended the group membership permanently
 */
export async function runLedger(settings: LedgerSettings, stopping: AbortSignal): Promise<void> {
  const clock = systemClock;
  const log = createLog({ service: 'ledger', level: settings.LOG_LEVEL });
  const metrics = createMetrics('ledger');
  exportCertificateEnds(metrics, settings);
  const problems = connectionProblems({
    now: () => clock.now(),
    log: (line) => {
      log.error(line);
    },
  });
  const breaker = databaseBreaker();
  const database = openDatabase(settings.DATABASE_PIPELINE_URL, {
    ...databaseConnection(settings, 'DATABASE_PIPELINE_URL', problems),
    role: 'pipeline',
    poolSize: settings.DATABASE_POOL_SIZE,
    breaker,
  });
  probeDatabase(breaker, database);
  const registryAt = registryConnection(settings, problems);
  const codec = openRegistryCodec(registryAt);
  const brokers = kafkaConnection(settings, problems);
  const admin = openKafkaAdmin({ ...brokers, clientId: `ledger-${process.pid}-admin` });
  const recordLog = openKafkaLog({
    ...brokers,
    clientId: `ledger-${process.pid}`,
    sessionTimeoutMs: settings.SESSION_TIMEOUT_MS,
    onUnreadable: (partitions) => {
      metrics.unreadablePartitions.set({}, partitions);
    },
    log: (level, message, facts) => {
      if (level === 'error') log.error(message, undefined, facts);
      else log[level](message, facts);
    },
  });
  const ended = new AbortController();
  const until = AbortSignal.any([stopping, ended.signal]);
  const doubled = metrics.counter(
    'docfleet_double_endings_total',
    'Second terminal events of one revision. Must stay 0.',
  );
  const onDoubled = (runIds: readonly string[]): void => {
    doubled.inc({}, runIds.length);
    for (const runId of runIds) log.child({ runId }).error('Revision has two terminal events');
  };
  const fleet = fleetParticipation({ recordLog, codec, clock, metrics, log, breaker, signal: until });
  const readModel = fleet.measured(createReadModelWriter(database, clock, exportBatchEnds(metrics)));

  const served = await serveReader({
    service: 'ledger',
    settings,
    partition: eventsPartition,
    recordLog,
    database,
    registry: openRegistryApi(registryAt.url, registryAt),
    problems,
    metrics,
    log,
    clock,
    until,
    onChecked: exportProgress(metrics),
  });
  const records = setAsideRecordsIn(database.session);
  const exceptions = exportExceptions(metrics, log, records);
  const reader = await startReader({
    recordLog,
    codec,
    writer: readModel,
    clock,
    log,
    onExceptional: (exceptional) => {
      exceptions.note(exceptional);
    },
    onDoubled,
    onLost: (error) => {
      ended.abort(error);
    },
  });
  served.attach(reader);
  const redrive = createRedrives({ records, recordLog, codec, writer: readModel, clock, log, onDoubled });
  const exportMetrics = exportAccounts(metrics, clock);
  const measureLag = exportLag(metrics, {
    brokers: admin,
    topicNames: () => recordLog.topicNames(),
    clock,
    log,
  });
  const measureBatches = exportOpenBatches(metrics, { read: () => openBatches(database.session), clock });
  const sweep = createSweep({
    runs: runsIn(database.session),
    outcomes: outcomesIn(database.session),
    recordLog,
    codec,
    clock,
    log,
    stuckAfterMs: settings.OUTCOME_STUCK_AFTER_MS,
  });
  await Promise.all([
    fleet.run(),
    served.checking,
    repeat({ what: 'Redrive of records set aside', everyMs: redriveIntervalMs, log, until }, async () => {
      await redrive();
      await exceptions.count();
    }),
    repeat({ what: 'Count of runs in flight', everyMs: settings.CENSUS_EVERY_MS, log, until }, async () => {
      const accounts = await countInFlight({
        recordLog,
        groupOffsets: admin,
        codec,
        readModel,
        clock,
        signal: until,
      });
      if (accounts !== undefined) exportMetrics(accounts);
    }),
    repeat({ what: 'Measurement of lag', everyMs: settings.LAG_EVERY_MS, log, until }, measureLag),
    repeat(
      { what: 'Measurement of open batches', everyMs: settings.CENSUS_EVERY_MS, log, until },
      measureBatches,
    ),
    repeat({ what: 'Sweep', everyMs: settings.SWEEP_EVERY_MS, log, until }, sweep),
  ]);

  log.info('Stopping: finishing the current batch');
  await reader.close();
  breaker.close();
  await Promise.allSettled([recordLog.close(), admin.close(), database.close(), served.close()]);
  log.info('Stopped');
  if (ended.signal.aborted && !stopping.aborted) ended.signal.throwIfAborted();
}
