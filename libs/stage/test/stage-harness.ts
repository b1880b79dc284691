import {
  localCodec,
  stageTopics,
  topics,
  type OcrTask,
  type RecordCodec,
  type StageEvent,
  type TopicName,
  type TopicValues,
} from '@docfleet/contracts';
import { lanes, sleep, partitionName } from '@docfleet/domain';
import { createMemoryCluster, type MemoryCluster } from '@docfleet/memory-log';
import { silentFollowReport, type LogRecord } from '@docfleet/record-log';
import {
  done,
  followStops,
  next,
  type RunnerOptions,
  type RunningStage,
  silentObserver,
  type Stage,
  type StageContext,
  type StageResult,
  startStage,
} from '../src/index.ts';
import { objectRef, virtualClock, type VirtualClock } from '@docfleet/testing';

export type OcrStage = Stage<'ocr.tasks.normal'>;
export type Handler = (task: OcrTask, context: StageContext) => Promise<StageResult>;

/** One stage on the memory log with a clock that the test moves. */
export interface StageHarness {
  readonly clock: VirtualClock;
  readonly cluster: MemoryCluster;
  /** Starts a process of the stage and waits until it is in its group. */
  start(
    clientId: string,
    parts: { readonly stage: OcrStage } & Partial<Omit<RunnerOptions<'ocr.tasks.normal'>, 'stage'>>,
  ): Promise<RunningStage>;
  /** Writes a value and waits for the acknowledgement. */
  produce<T extends TopicName>(
    topic: T,
    value: TopicValues[T] | Buffer,
    place?: { readonly key?: string; readonly partition?: number; readonly headers?: Record<string, string> },
  ): Promise<void>;
  /** Lets virtual time pass. */
  advance(ms: number): Promise<void>;
  /** Lets time pass until a promise has settled. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Committed records of a topic, all partitions. */
  records(topic: TopicName): readonly LogRecord[];
  values<T extends TopicName>(topic: T): Promise<readonly TopicValues[T][]>;
  /** Kind, attempt and code of every event that the ledger would read. */
  eventSummaries(): Promise<readonly string[]>;
  events(): Promise<readonly StageEvent[]>;
  /** Records (and markers) of the stage's input that are not committed yet. */
  lag(): number;
}

export function createStageHarness(
  options: {
    readonly maxFetchRecords?: number;
    readonly latencyMs?: number;
    readonly codec?: RecordCodec;
  } = {},
): StageHarness {
  const clock = virtualClock();
  const codec = localCodec();
  const cluster = createMemoryCluster({
    clock,
    latencyMs: options.latencyMs ?? 1,
    maxFetchRecords: options.maxFetchRecords ?? 500,
    topics: Object.fromEntries(topics.map((topic) => [topic.name, topic.partitions.local])),
  });
  const records = (topic: TopicName): readonly LogRecord[] =>
    cluster
      .dump(topic)
      .flatMap(({ record, state }) => (record !== null && state === 'committed' ? [record] : []));
  const values = <T extends TopicName>(topic: T): Promise<readonly TopicValues[T][]> =>
    Promise.all(records(topic).map(({ value }) => codec.decode(topic, value ?? Buffer.alloc(0))));
  const until = async <T>(promise: Promise<T>): Promise<T> => {
    let settled = false;
    const settling = promise.finally(() => (settled = true));
    settling.catch(() => undefined);
    await clock.runUntil(() => settled, 600_000);
    return settling;
  };
  const events = (): Promise<readonly StageEvent[]> => values('documents.events');
  const tester = cluster.log('tester');

  return {
    clock,
    cluster,
    records,
    values,
    until,
    events,
    advance: (ms) => clock.advance(ms),
    start: async (clientId, parts) => {
      const log = cluster.log(clientId);
      const processClock = cluster.clockOf(clientId);
      const signal = new AbortController().signal;
      const stops = await until(
        followStops({
          log,
          codec: options.codec ?? codec,
          clock: processClock,
          signal,
          report: silentFollowReport,
        }),
      );
      const running = await until(
        startStage({
          log,
          clock: processClock,
          codec: options.codec ?? codec,
          stops,
          observer: silentObserver,
          ...parts,
        }),
      );
      await clock.advance(100);
      return running;
    },
    produce: async (topic, value, { key = 'key', partition, headers = {} } = {}) => {
      const bytes = Buffer.isBuffer(value) ? value : await codec.encode(topic, value);
      const place = partition === undefined ? {} : { partition };
      await until(tester.produce([{ topic, ...place, key: Buffer.from(key), value: bytes, headers }]));
    },
    eventSummaries: async () =>
      (await events()).map(({ kind, attempt, code }) =>
        [kind, attempt, ...(code === null ? [] : [code])].join(' '),
      ),
    lag: () => {
      const committed = new Map(
        cluster.committed('ocr').map(({ at, offset }) => [partitionName(at), Number(offset)]),
      );
      const { retries } = stageTopics('ocr');
      const inputs = [
        ...lanes.map((lane) => `ocr.tasks.${lane}` as const),
        ...retries.map(({ topic }) => topic),
      ];
      return inputs
        .flatMap((topic) => endsOf(cluster, topic))
        .reduce((lag, [name, end]) => lag + end - (committed.get(name) ?? 0), 0);
    },
  };
}

function endsOf(cluster: MemoryCluster, topic: string): readonly (readonly [string, number])[] {
  const ends = new Map<string, number>();
  for (const { partition, offset } of cluster.dump(topic))
    ends.set(partitionName({ topic, partition }), Number(offset) + 1);
  return [...ends];
}

/** A stage around one function; what is not said is as in the product. */
export function ocrStage(handle: Handler, facts: Partial<OcrStage> = {}): OcrStage {
  return {
    name: 'ocr',
    version: '1',
    maxConcurrentRuns: 2,
    timeoutMs: () => 120_000,
    timeoutCode: 'TIMEOUT_OCR',
    runOf: (task) => task.context,
    acceptsRuns: false,
    retries: 'topics',
    restartWhenInDoubt: false,
    cancellable: true,
    handle,
    ...facts,
  };
}

/** The task goes on to the next stage. */
export function passOn(task: OcrTask): StageResult {
  const readings = objectRef({ uri: 's3://docfleet/readings.json' });
  return done([next('classification.tasks', task.context, (context) => ({ ...task, context, readings }))], 1);
}

/** A handler that records which run it executes, takes `ms`, and passes the task on. */
export function recordingHandler(ms: number): { readonly worked: string[]; readonly handle: Handler } {
  const worked: string[] = [];
  return {
    worked,
    handle: async (task, { clock, signal, run }) => {
      worked.push(run.requestId ?? '');
      await sleep(clock, ms, signal);
      return passOn(task);
    },
  };
}
