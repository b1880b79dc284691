import { httpTls, type ConnectionProblems } from '@docfleet/connections';
import type { Clock, TopicPartition } from '@docfleet/domain';
import type { RecordLog } from '@docfleet/record-log';
import {
  healthOf,
  judgeReader,
  startHealthServer,
  watchDependencies,
  type Log,
  type Metrics,
} from '@docfleet/telemetry';
import { repeat } from './repeat.ts';

/** Interval of the checks of Kafka, database and schema registry, in milliseconds. */
const checkIntervalMs = 10_000;

/** What is asked of a process that reads topics into tables. */
export interface WatchedReader {
  problems(): readonly string[];
  idleMs(): number;
  waitingSinceMs(): number | undefined;
  assigned(): readonly TopicPartition[];
}

export interface ServedReader {
  /** Says which reader works in this process; until then it is starting. */
  attach(reader: WatchedReader): void;
  /** Resolves when `until` has aborted. */
  readonly checking: Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves `/health`, `/ready` and `/metrics` of a process whose work is a reader, and checks what it depends on: a reader that
 * stands still while all dependencies answer fails `/health`; while one is away it fails `/ready` only.
 */
export async function serveReader(options: {
  /** Name of the service. */
  readonly service: string;
  readonly settings: Parameters<typeof httpTls>[0] & { readonly READER_STUCK_AFTER_MS: number };
  /** A partition that every deployment has: its end offset can be read exactly when the broker answers. */
  readonly partition: TopicPartition;
  readonly recordLog: Pick<RecordLog, 'endOffset'>;
  readonly database: { ready(): Promise<unknown> };
  readonly registry: { ready(): Promise<unknown> };
  readonly problems: Pick<ConnectionProblems, 'current'>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
  readonly until: AbortSignal;
  /** Called after each check, with the seconds for which the oldest unread record has waited; 0 when all is read. */
  readonly onChecked: (oldestUnreadSeconds: number) => void;
}): Promise<ServedReader> {
  const {
    service,
    settings,
    partition,
    recordLog,
    database,
    registry,
    problems,
    metrics,
    log,
    clock,
    until,
  } = options;
  let reader: WatchedReader | undefined;
  const dependencies = watchDependencies(
    {
      Kafka: () =>
        Promise.all([partition, ...(reader?.assigned() ?? [])].map((at) => recordLog.endOffset(at))),
      'the database': () => database.ready(),
      'the schema registry': () => registry.ready(),
    },
    { metrics, log, clock },
  );
  const judged = () =>
    judgeReader({
      nowMs: clock.now(),
      waitingSinceMs: reader?.waitingSinceMs(),
      idleMs: reader?.idleMs() ?? 0,
      dependencies: dependencies.states(),
      longestWaitMs: settings.READER_STUCK_AFTER_MS,
    });
  const health = await startHealthServer({
    host: settings.HTTP_HOST,
    port: settings.HTTP_PORT,
    metrics,
    live: () => judged().live,
    ready: () =>
      healthOf([
        ...(reader?.problems() ?? [`${service} is starting`]),
        ...judged().ready.reasons,
        ...problems.current(),
      ]),
    tls: httpTls(settings),
    onTlsProblem: (error) => {
      log.error('The changed certificate of HTTP_TLS_CERT_FILE is not used; the one before stays', error);
    },
  });
  const checking = repeat(
    { what: 'Check of dependencies', everyMs: checkIntervalMs, log, until },
    async () => {
      await dependencies.check();
      const waitingSince = reader?.waitingSinceMs();
      options.onChecked(waitingSince === undefined ? 0 : (clock.now() - waitingSince) / 1_000);
    },
  );
  return {
    attach: (attached) => {
      reader = attached;
    },
    checking,
    close: () => health.close(),
  };
}
