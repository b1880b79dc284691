import { openDatabase, outcomesIn, runsIn } from '@docfleet/database';
import { sleep, systemClock } from '@docfleet/domain';
import { openKafkaAdmin, openKafkaLog } from '@docfleet/kafka';
import { openRegistryCodec } from '@docfleet/registry';
import { createLog, createMetrics, healthOf, startHealthServer, type Log } from '@docfleet/telemetry';
import { showAccounts } from './adapters/account-metrics.ts';
import { openBook } from './adapters/book.ts';
import { takeCensus } from './adapters/census.ts';
import { fleetPart } from './adapters/fleet-part.ts';
import { startReader, type Reader } from './adapters/reader.ts';
import { createSweep } from './adapters/sweeps.ts';
import type { LedgerSettings } from './config.ts';

/** Silence of the reader after which the process counts as dead, in milliseconds. */
const deadAfterMs = 90_000;

/** How often is looked whether the database answers, in milliseconds. */
const lookEveryMs = 15_000;

/**
 * Runs the ledger until `stopping` aborts; then finishes the batch at work. Servers that are not there are waited for.
 *
 * @throws the error that ended the membership for good
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
  const undecodable = metrics.counter('docfleet_ledger_undecodable_total', 'Records that no schema reads.');
  const doubled = metrics.counter('docfleet_double_endings_total', 'Second terminal events of a revision.');
  const fleet = fleetPart({ recordLog, codec, clock, metrics, log, database, signal: until });
  const book = fleet.watch(openBook(database, clock));

  const watched: { reader?: Reader; unanswered?: boolean } = {};
  const health = await startHealthServer({
    host: settings.HTTP_HOST,
    port: settings.HTTP_PORT,
    metrics,
    live: () =>
      healthOf([(watched.reader?.idleMs() ?? 0) > deadAfterMs ? 'the reader stands still' : undefined]),
    ready: () =>
      healthOf([
        ...(watched.reader?.trouble() ?? ['the ledger has not started']),
        watched.unanswered === true ? 'the database cannot be reached' : undefined,
      ]),
  });
  const reader = await startReader({
    recordLog,
    codec,
    book,
    clock,
    log,
    onUndecodable: () => {
      undecodable.inc({});
    },
    onDoubled: (runIds) => {
      doubled.inc({}, runIds.length);
      for (const runId of runIds) log.child({ runId }).error('a revision has ended twice');
    },
    onLost: (error) => {
      ended.abort(error);
    },
  });
  watched.reader = reader;
  const show = showAccounts(metrics, clock);
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
    repeat({ what: 'looking at the database', everyMs: lookEveryMs, log, until }, async () => {
      watched.unanswered = await database.ready().then(
        () => false,
        () => true,
      );
    }),
    repeat({ what: 'counting', everyMs: settings.CENSUS_EVERY_MS, log, until }, async () => {
      const accounts = await takeCensus({ recordLog, positions: admin, codec, book, clock, signal: until });
      if (accounts !== undefined) show(accounts);
    }),
    repeat({ what: 'sweeping', everyMs: settings.SWEEP_EVERY_MS, log, until }, sweep),
  ]);

  log.info('stopping: finishing the batch at work');
  await reader.close();
  fleet.close();
  await Promise.allSettled([recordLog.close(), admin.close(), database.close(), health.close()]);
  log.info('stopped');
  if (ended.signal.aborted && !stopping.aborted) ended.signal.throwIfAborted();
}

/** Does something now and then; a failure waits for the next time. */
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
      log.error(`${what} failed and will be tried again`, error);
    }
    await sleep(systemClock, everyMs, until).catch(() => undefined);
  }
}
