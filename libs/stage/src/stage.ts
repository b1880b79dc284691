import type {
  ControlOrder,
  ObjectRef,
  RunContext,
  TaskFamily,
  TopicName,
  TopicValues,
} from '@docfleet/contracts';
import type {
  Clock,
  Failure,
  FailureCode,
  OutcomeStatus,
  StageName,
  Verdict,
  RecordSource,
  TopicPartition,
} from '@docfleet/domain';

/** The value of a stage's tasks, in any lane. */
export type TaskOf<T extends TopicName> = TopicValues[T];

interface OutputPlace<T extends TopicName> {
  readonly topic: T;
  readonly key: string;
  /** Only where a rule names the partition; else the key's hash decides. */
  readonly partition?: number;
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
  | { readonly kind: 'done'; readonly outputs: readonly Output[]; readonly pageCount: number }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'rejected'; readonly failure: Failure }
  | { readonly kind: 'retryLater'; readonly failure: Failure; readonly afterMs?: number }
  | { readonly kind: 'endRun'; readonly ending: StageEnding }
  | { readonly kind: 'deadLetter'; readonly failure: Failure }
  | { readonly kind: 'moved'; readonly to: TopicPartition };

/** The stage's results go on to `outputs`. `pageCount` tells the ledger how large the document is; 0 when unknown. */
export function done(outputs: readonly Output[], pageCount = 0): StageResult {
  return { kind: 'done', outputs, pageCount };
}

/** One record for the next stage in the run's own lane, keyed by runId. */
export function next<F extends TaskFamily>(
  family: F,
  run: RunContext,
  value: (context: RunContext) => TopicValues[`${F}.urgent`],
): Output {
  const topic = `${family}.${run.lane}` as const;
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

/** The run ends here: the remaining stages are skipped. */
export function endRun(ending: StageEnding): StageResult {
  return { kind: 'endRun', ending };
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

/** What a handler is given besides the task. */
export interface StageContext {
  readonly run: RunContext;
  /** From 1; counts deliveries through retry topics, not quick tries in process. */
  readonly attempt: number;
  /** Where the record stood first; retries keep it. */
  readonly source: RecordSource;
  /** The partition it was read from this time. */
  readonly receivedFrom: TopicPartition;
  /** Aborts on timeout, cancel, drain past its limit, and when the partition has moved away. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: StageLog;
  /**
   * Says that the run is accepted (its claim is this record's). Until then a failure cannot end the run, because it
   * might be somebody else's. Stages after preprocess are given accepted runs.
   */
  accept(): void;
}

/** A stage: what it reads, how long it may take, and one function. */
export interface Stage<F extends TopicName = TopicName> {
  readonly name: StageName;
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

/** Says whether executions may be started now; what is executing goes on. */
export interface StartGate {
  isOpen(): boolean;
  /** Calls `listener` when it opens; the returned function ends that. */
  onOpen(listener: () => void): () => void;
}
