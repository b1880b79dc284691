import { traceIdOf, type FailureCode, type Lane, type OutcomeStatus, type StageName } from '@docfleet/domain';
import { collectDefaultMetrics, Counter, Gauge, Histogram } from 'prom-client';
import { TwoFormats } from './two-formats.ts';

/** A counter. Label values come from closed sets: never an id, a text of a tenant or a message. */
export interface Count<L> {
  inc(labels: L, by?: number): void;
}

/** A gauge. */
export interface Level<L> {
  set(labels: L, value: number): void;
  inc(labels: L, by?: number): void;
  dec(labels: L, by?: number): void;
}

/** A histogram, in the base unit of the metric's name. */
export interface Distribution<L> {
  /** `runId`: the run that was measured; its trace becomes the exemplar of the bucket. */
  observe(labels: L, value: number, runId?: string): void;
  /** Begins a series at 0, so that its first observation counts as an increase. */
  start(labels: L): void;
}

/** One value of a gauge that is read when it is scraped. */
export interface Reading<L> {
  readonly labels: L;
  readonly value: number;
}

export interface StageLane {
  readonly stage: StageName;
  readonly lane: Lane;
}

/** Outcome of a record, as a metric label. */
export type StageOutcome =
  'done' | 'skipped' | 'duplicate' | 'rejected' | 'retried' | 'ended' | 'dead_lettered' | 'moved' | 'failed';

export type BreakerPosition = 'closed' | 'open' | 'half-open';

/** The metrics of one process (O-03). A service adds its own with `counter`, `gauge` and `histogram`. */
export interface Metrics {
  /** `docfleet_stage_duration_seconds`: active time of one attempt. */
  readonly stageDuration: Distribution<StageLane & { readonly outcome: StageOutcome }>;
  /** `docfleet_stage_dwell_seconds`: time from arrival of a record to its start. */
  readonly stageDwell: Distribution<StageLane>;
  /** `docfleet_stage_in_flight`: records in execution. */
  readonly stageInFlight: Level<StageLane>;
  /** `docfleet_stage_retries_total`: records sent to a retry topic. */
  readonly retries: Count<StageLane & { readonly code: FailureCode }>;
  /** `docfleet_stage_dead_letters_total` */
  readonly deadLetters: Count<StageLane & { readonly code: FailureCode }>;
  /** `docfleet_stage_errors_total`: failures of attempts, by code. */
  readonly errors: Count<StageLane & { readonly code: FailureCode }>;
  /** `docfleet_stage_timeouts_total` */
  readonly timeouts: Count<StageLane & { readonly code: FailureCode }>;
  /** `docfleet_window_records`: records fetched and not yet committed, the look-ahead. */
  readonly windowRecords: Level<{ readonly stage: StageName }>;
  /** `docfleet_window_bytes` */
  readonly windowBytes: Level<{ readonly stage: StageName }>;
  /** `docfleet_unusable_records_total`: records of a followed topic that were passed over. */
  readonly unusableRecords: Count<{ readonly topic: string }>;
  /** `docfleet_unreadable_partitions`: assigned partitions that cannot be read, such as those without a leader. */
  readonly unreadablePartitions: Level<Readonly<Record<string, never>>>;
  /** `docfleet_cache_lookups_total`: `cache` is a cache's name in code. */
  readonly cacheLookups: Count<{ readonly cache: string; readonly result: 'hit' | 'miss' | 'error' }>;
  /** `docfleet_breaker_state`: 1 for the position a breaker is in, 0 for the others. */
  readonly breakerState: Level<{ readonly breaker: string; readonly position: BreakerPosition }>;
  /** `documents_processed_total`: terminal events emitted; integration alone counts them. */
  readonly documentsProcessed: Count<{ readonly status: OutcomeStatus }>;

  counter<L extends string>(name: string, help: string, labels?: readonly L[]): Count<Labels<L>>;
  gauge<L extends string>(name: string, help: string, labels?: readonly L[]): Level<Labels<L>>;
  /** A gauge whose values are read at each scrape; a series that `read` leaves out ends. */
  readGauge<L extends string>(
    name: string,
    help: string,
    options: { readonly labels?: readonly L[]; readonly read: () => Iterable<Reading<Labels<L>>> },
  ): void;
  histogram<L extends string>(options: {
    readonly name: string;
    readonly help: string;
    readonly labels?: readonly L[];
    readonly buckets: readonly number[];
  }): Distribution<Labels<L>>;
  /** All metrics in the text format of Prometheus. */
  text(): Promise<string>;
  /** What a scraper with this `Accept` header gets: OpenMetrics, which has exemplars, or the text format. */
  exposition(accept: string | undefined): Promise<{ readonly contentType: string; readonly body: string }>;
}

export type Labels<L extends string> = Readonly<Record<L, string>>;

/** Seconds, from a cached page to the run budget of 600; 21.2 is the threshold of an alert. */
const workBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 21.2, 60, 120, 300, 600];

/** Seconds; the waiting time depends on the backlog. */
const dwellBuckets = [0.05, 0.25, 1, 5, 15, 60, 300, 1800, 7200, 86_400];

const stageLane = ['stage', 'lane'] as const;
const stageLaneCode = ['stage', 'lane', 'code'] as const;

/**
 * Metrics in a separate registry, with Node's default metrics; every series has the label `service`, and that of a pool's
 * process the label `pool`.
 */
export function createMetrics(service: string, pool?: string): Metrics {
  const formats = new TwoFormats({ service, ...(pool !== undefined && { pool }) });
  const { registry } = formats;
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const counter = <L extends string>(name: string, help: string, labels: readonly L[] = []) =>
    new Counter({ name, help, labelNames: [...labels], registers });
  const gauge = <L extends string>(name: string, help: string, labels: readonly L[] = []) =>
    new Gauge({ name, help, labelNames: [...labels], registers });
  const readGauge: Metrics['readGauge'] = (name, help, { labels = [], read }) => {
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers,
      collect() {
        this.reset();
        for (const reading of read()) this.set(reading.labels, reading.value);
      },
    });
  };
  const histogram = <L extends string>(options: {
    readonly name: string;
    readonly help: string;
    readonly labels?: readonly L[];
    readonly buckets: readonly number[];
  }): Distribution<Labels<L>> => {
    const { name, help, labels = [], buckets } = options;
    const labelNames: string[] = [...labels];
    const own = new Histogram({
      name,
      help,
      labelNames,
      buckets: [...buckets],
      registers,
      enableExemplars: true,
    });
    return {
      observe: (of, value, runId) => {
        const exemplarLabels = runId === undefined ? {} : { trace_id: traceIdOf(runId) };
        own.observe({ labels: of, value, exemplarLabels });
      },
      start: (of) => {
        own.zero(of);
      },
    };
  };

  return {
    stageDuration: histogram({
      name: 'docfleet_stage_duration_seconds',
      help: 'Active time of one attempt of a stage.',
      labels: [...stageLane, 'outcome'],
      buckets: workBuckets,
    }),
    stageDwell: histogram({
      name: 'docfleet_stage_dwell_seconds',
      help: 'Time from arrival of a record to its start.',
      labels: stageLane,
      buckets: dwellBuckets,
    }),
    stageInFlight: gauge('docfleet_stage_in_flight', 'Records in execution.', stageLane),
    retries: counter('docfleet_stage_retries_total', 'Records sent to a retry topic.', stageLaneCode),
    deadLetters: counter(
      'docfleet_stage_dead_letters_total',
      'Records sent to the dead-letter topic.',
      stageLaneCode,
    ),
    errors: counter('docfleet_stage_errors_total', 'Failed attempts, by failure code.', stageLaneCode),
    timeouts: counter(
      'docfleet_stage_timeouts_total',
      'Attempts that exceeded their time limit.',
      stageLaneCode,
    ),
    windowRecords: gauge('docfleet_window_records', 'Records fetched and not committed.', ['stage']),
    windowBytes: gauge('docfleet_window_bytes', 'Bytes fetched and not committed.', ['stage']),
    unusableRecords: counter(
      'docfleet_unusable_records_total',
      'Records of a followed topic that cannot be used and were passed over.',
      ['topic'],
    ),
    unreadablePartitions: gauge('docfleet_unreadable_partitions', 'Assigned partitions that cannot be read.'),
    cacheLookups: counter('docfleet_cache_lookups_total', 'Lookups in a cache.', ['cache', 'result']),
    breakerState: gauge('docfleet_breaker_state', '1 for the current position of a breaker.', [
      'breaker',
      'position',
    ]),
    documentsProcessed: counter('documents_processed_total', 'Terminal events emitted.', ['status']),
    counter,
    gauge,
    readGauge,
    histogram,
    text: () => formats.text(),
    exposition: async (accept) =>
      accept?.includes('application/openmetrics-text') === true
        ? { contentType: registry.contentType, body: await formats.openMetrics() }
        : { contentType: formats.textType, body: await formats.text() },
  };
}
