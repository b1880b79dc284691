import {
  topicInPool,
  type ControlOrder,
  type ObjectRef,
  type RunContext,
  type TaskFamily,
  type TopicName,
  type TopicValues,
} from '@docfleet/contracts';
import type {
  Clock,
  Failure,
  FailureCode,
  Lane,
  OutcomeStatus,
  StageName,
  Verdict,
  RecordSource,
  TopicPartition,
} from '@docfleet/domain';
import type { LogRecord } from '@docfleet/record-log';
import type { TimeLimit } from './time-limit.ts';

/** The value of a stage's tasks, in any lane. */
export type TaskOf<T extends TopicName> = TopicValues[T];

interface OutputPlace<T extends TopicName> {
  readonly topic: T;
  readonly key: string;
  /** Only where a rule names the partition; else the key's hash decides. */
  readonly partition?: number;
  /** Besides the trace's. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A record that a stage writes when it is done: a value made from the run's context with this stage's time added, or
 * bytes that were encoded before and must not change.
 */
export type Output<T extends TopicName = TopicName> = OutputPlace<T> &
  ({ readonly value: (context: RunContext) => TopicValues[T] } | { readonly bytes: Buffer });

/** How a stage ends a run. */
export interface StageEnding {
  readonly status: Extract<OutcomeStatus, 'completed' | 'completed_with_gaps' | 'failed'>;
  readonly verdict: Verdict | null;
  readonly failure: Failure | null;
  readonly input: ObjectRef | null;
  /** What the stages wrote, by name: manifest, readings, fields, verdict. */
  readonly results: Readonly<Record<string, ObjectRef>>;
  readonly pageCount: number;
}

/** What became of one record. */
export type StageResult =
  | {
      readonly kind: 'done';
      readonly outputs: readonly Output[];
      readonly pageCount: number;
      /** When the run expires from now on, in milliseconds since the epoch; absent: as before. */
      readonly expiresAt?: number;
    }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'rejected'; readonly failure: Failure }
  | { readonly kind: 'retryLater'; readonly failure: Failure; readonly afterMs?: number }
  | { readonly kind: 'endRun'; readonly ending: StageEnding; readonly outputs?: readonly Output[] }
  | { readonly kind: 'deadLetter'; readonly failure: Failure }
  | { readonly kind: 'moved'; readonly to: TopicPartition };

/** The stage's results go on to `outputs`. `pageCount` tells the ledger how large the document is; 0 when unknown. */
export function done(outputs: readonly Output[], pageCount = 0): StageResult {
  return { kind: 'done', outputs, pageCount };
}

/** The run waits for something outside of the stages, at most until `expiresAt` (milliseconds since the epoch). */
export function waiting(pageCount: number, expiresAt: number): StageResult {
  return { kind: 'done', outputs: [], pageCount, expiresAt };
}

/** One record for the next stage, or for a pool of it, in the run's own lane, keyed by runId. */
export function next<F extends TaskFamily>(
  family: F,
  run: RunContext,
  value: (context: RunContext) => TopicValues[`${F}.urgent`],
  pool: string | null = null,
): Output {
  const topic = topicInPool(`${family}.${run.lane}` as const, pool);
  return { topic, key: run.runId, value };
}

/** Nothing to do for this record: its offset is committed with an event that names the reason. */
export function skipped(reason: string): StageResult {
  return { kind: 'skipped', reason };
}

/** The record repeats a submission that is already a run. */
export function duplicate(): StageResult {
  return { kind: 'duplicate' };
}

/** The record is not accepted: it goes to `documents.rejected` and touches no run. Only before the claim. */
export function rejected(failure: Failure): StageResult {
  return { kind: 'rejected', failure };
}

/** Another attempt later, through a retry topic; `afterMs` asks for at least that delay. */
export function retryLater(failure: Failure, afterMs?: number): StageResult {
  return afterMs === undefined ? { kind: 'retryLater', failure } : { kind: 'retryLater', failure, afterMs };
}

/** The run ends here: the remaining stages are skipped. `outputs` are written with the ending. */
export function endRun(ending: StageEnding, outputs: readonly Output[] = []): StageResult {
  return outputs.length === 0 ? { kind: 'endRun', ending } : { kind: 'endRun', ending, outputs };
}

/** No more attempts: dead letter and failed outcome together. */
export function deadLetter(failure: Failure): StageResult {
  return { kind: 'deadLetter', failure };
}

/** The record belongs to another partition that this stage reads and goes there unchanged. */
export function moved(to: TopicPartition): StageResult {
  return { kind: 'moved', to };
}

/** Structured log of a record's execution; run, tenant and stage are added by the runtime. */
export interface StageLog {
  info(message: string, facts?: Readonly<Record<string, string | number | boolean>>): void;
  warn(message: string, facts?: Readonly<Record<string, string | number | boolean>>): void;
  error(message: string, error: unknown): void;
}

/** A record as it stands in its topic. */
export interface ReceivedRecord extends Pick<LogRecord, 'key' | 'value' | 'headers' | 'timestampMs'> {
  /** Whether it was read from a retry topic of the stage, which only the fleet writes. */
  readonly isRetry: boolean;
}

/** What a handler is given besides the task. */
export interface StageContext {
  readonly run: RunContext;
  /** From 1; counts deliveries through retry topics, not quick tries in process. */
  readonly attempt: number;
  /** Where the record stood first; retries keep it. */
  readonly source: RecordSource;
  /** The partition it was read from this time. */
  readonly receivedFrom: TopicPartition;
  /** The record as it was read this time, for a stage that has to verify it. */
  readonly received: ReceivedRecord;
  /** Aborts on timeout, cancel, drain past its limit, and when the partition has moved away. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: StageLog;
  /**
   * Says that the run is accepted (its claim is this record's). Until then a failure cannot end the run, because it
   * might be somebody else's. Stages after preprocess are given accepted runs.
   */
  accept(): void;
  /**
   * Says how many pages of the document are done, out of `pageCount` (0: unknown), for whoever waits for it. May be lost, never
   * waits, and counts nowhere.
   */
  readonly reportPages: (pagesDone: number, pageCount: number) => void;
  /**
   * Does a part of the work that has a time limit of its own and is listed in the run's timings, such as fetching. The
   * signal aborts with the limit's failure, and when that of the context does.
   */
  runPart<T>(
    part: TimeLimit & { readonly name: string },
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

/** A stage: what it reads, how long it may take, and one function. */
export interface Stage<F extends TopicName = TopicName> {
  readonly name: StageName;
  /** The pool of the stage whose topics are read and whose group is joined; absent: the stage's own. */
  readonly pool?: string;
  /** Part of every name the stage writes under: results of another version are never read by accident. */
  readonly version: string;
  /** Runs executed at the same time in one process (M-08). */
  readonly maxConcurrentRuns: number;
  /** Time limit of one attempt, in milliseconds. */
  readonly timeoutMs: (task: TopicValues[F]) => number;
  readonly timeoutCode: FailureCode;
  /** The run a task belongs to; the first stage derives it, the others carry it. */
  readonly runOf: (task: TopicValues[F], source: RecordSource) => RunContext;
  /** True only for the first stage, whose records become runs when it calls `accept`. */
  readonly acceptsRuns: boolean;
  /**
   * `topics`: attempts go through retry topics, then dead letters. `for-ever`: an infrastructure failure is tried
   * again in place until it works, and nothing but a result moves the record (integration).
   */
  readonly retries: 'topics' | 'for-ever';
  /** True when a record whose commit is in doubt, or that was adopted after a rebalance, must be executed again instead of committing what it had. */
  readonly restartWhenInDoubt: boolean;
  /** Whether records of a stopped run are skipped and their handlers aborted; integration ends runs, so it is not stopped. */
  readonly cancellable: boolean;
  handle(task: TopicValues[F], context: StageContext): Promise<StageResult>;
}

/** Says whether a revision of a run has been stopped. */
export interface Stops {
  isStopped(runId: string, revision: number): boolean;
  onStop(listener: (order: ControlOrder) => void): () => void;
}

/** Says whether executions may be started now, and of which lanes; what is executing goes on. */
export interface StartGate {
  isOpen(): boolean;
  /** Lanes of which nothing is fetched or started. With all of them paused, neither is anything of retry topics. */
  pausedLanes(): ReadonlySet<Lane>;
  /** Calls `listener` when the gate opens, and when other lanes are paused; the returned function ends that. */
  onChange(listener: () => void): () => void;
}
