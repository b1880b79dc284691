import { openDatabase, outcomesIn, runsIn } from '@docfleet/database';
import { sleep, systemClock } from '@docfleet/domain';
import { openKafkaAdmin, openKafkaLog } from '@docfleet/kafka';
import { openRegistryCodec } from '@docfleet/registry';
import { createLog, createMetrics, healthOf, startHealthServer, type Log } from '@docfleet/telemetry';
import { exportAccounts } from './adapters/account-metrics.ts';
import { fleetParticipation } from './adapters/fleet-participation.ts';
import { countInFlight } from './adapters/in-flight-count.ts';
import { createReadModelWriter } from './adapters/read-model-writer.ts';
import { startReader, type Reader } from './adapters/reader.ts';
import { createSweep } from './adapters/sweeps.ts';
import type { LedgerSettings } from './config.ts';

/** Time without progress of the fetch loop after which the process is not live, in milliseconds. */
const deadAfterMs = 90_000;

/** Interval of the database's health check, in milliseconds. */
const databaseCheckIntervalMs = 15_000;

/**
 * Runs the ledger until `stopping` aborts, then finishes the current batch. Waits for servers that are not available.
 *
 * @throws the error that ended the group membership permanently
 */
export async function runLedger(settings: LedgerSettings, stopping: AbortSignal): Promise<void> {
  const clock = systemClock;
  const log = createLog({ service: 'ledger', level: settings.LOG_LEVEL });
  const metrics = createMetrics('ledger');
  const database = openDatabase(settings.DATABASE_URL, { poolSize: settings.DATABASE_POOL_SIZE });
  const codec = openRegistryCodec({ url: settings.SCHEMA_REGISTRY_URL });
  const admin = openKafkaAdmin({ brokers: settings.KAFKA_BROKERS, clientId: `ledger-${process.pid}-admin` });
  const recordLog = openKafkaLog({
    brokers: settings.KAFKA_BROKERS,
    clientId: `ledger-${process.pid}`,
    sessionTimeoutMs: settings.SESSION_TIMEOUT_MS,
    log: (level, message, facts) => {
      if (level === 'error') log.error(message, undefined, facts);
      else log[level](message, facts);
    },
  });
  const ended = new AbortController();
  const until = AbortSignal.any([stopping, ended.signal]);
  const undecodable = metrics.counter(
    'docfleet_ledger_undecodable_total',
    'Records that could not be decoded and were skipped.',
  );
  const doubled = metrics.counter(
    'docfleet_double_endings_total',
    'Second terminal events of one revision. Must stay 0.',
  );
  const fleet = fleetParticipation({ recordLog, codec, clock, metrics, log, database, signal: until });
  const readModel = fleet.guard(createReadModelWriter(database, clock));

  const state: { reader?: Reader; databaseUnreachable?: boolean } = {};
  const health = await startHealthServer({
    host: settings.HTTP_HOST,
    port: settings.HTTP_PORT,
    metrics,
    live: () =>
      healthOf([
        (state.reader?.idleMs() ?? 0) > deadAfterMs ? 'Kafka fetch loop makes no progress' : undefined,
      ]),
    ready: () =>
      healthOf([
        ...(state.reader?.problems() ?? ['ledger is starting']),
        state.databaseUnreachable === true ? 'database unreachable' : undefined,
      ]),
  });
  const reader = await startReader({
    recordLog,
    codec,
    writer: readModel,
    clock,
    log,
    onUndecodable: () => {
      undecodable.inc({});
    },
    onDoubled: (runIds) => {
      doubled.inc({}, runIds.length);
      for (const runId of runIds) log.child({ runId }).error('Revision has two terminal events');
    },
    onLost: (error) => {
      ended.abort(error);
    },
  });
  state.reader = reader;
  const exportMetrics = exportAccounts(metrics, clock);
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
    repeat({ what: 'Database health check', everyMs: databaseCheckIntervalMs, log, until }, async () => {
      state.databaseUnreachable = await database.ready().then(
        () => false,
        () => true,
      );
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
    repeat({ what: 'Sweep', everyMs: settings.SWEEP_EVERY_MS, log, until }, sweep),
  ]);

  log.info('Stopping: finishing the current batch');
  await reader.close();
  fleet.close();
  await Promise.allSettled([recordLog.close(), admin.close(), database.close(), health.close()]);
  log.info('Stopped');
  if (ended.signal.aborted && !stopping.aborted) ended.signal.throwIfAborted();
}

/** Does something at an interval until `until` aborts. A failure is logged, and the next interval tries again. */
async function repeat(
  options: {
    readonly what: string;
    readonly everyMs: number;
    readonly log: Log;
    readonly until: AbortSignal;
  },
  work: () => Promise<unknown>,
): Promise<void> {
  const { what, everyMs, log, until } = options;
  while (!until.aborted) {
    try {
      await work();
    } catch (error) {
      log.error(`${what} failed; trying again`, error, { everyMs });
    }
    await sleep(systemClock, everyMs, until).catch(() => undefined);
  }
}
