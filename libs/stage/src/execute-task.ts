import type { RunContext, TopicName, TopicValues } from '@docfleet/contracts';
import {
  type Clock,
  type Delivery,
  type Failure,
  failure,
  failureCategory,
  FailureError,
  sleep,
  whenAborted,
  toFailure,
  type TopicPartition,
} from '@docfleet/domain';
import { decide } from './policy.ts';
import type { ReceivedRecord, Stage, StageContext, StageLog, StageResult } from './stage.ts';
import { failedEnding, type Conclusion, type PartTiming } from './step.ts';
import { startTimeLimit, type TimeLimit } from './time-limit.ts';

/** Why a handler is told to stop. */
export type StopReason = 'cancelled' | 'moved';

/** How an execution ended. `handedBack`: nothing was decided, and the record will be executed by whoever owns it. */
export interface Executed {
  readonly conclusion: Conclusion | { readonly kind: 'handedBack' };
  readonly accepted: boolean;
  readonly activeMs: number;
  /** The parts of it that have timings of their own, of all quick tries. */
  readonly parts: readonly PartTiming[];
}

export interface ExecutionOptions<F extends TopicName> {
  readonly stage: Stage<F>;
  readonly task: TopicValues[F];
  readonly run: RunContext;
  readonly delivery: Delivery;
  readonly receivedFrom: TopicPartition;
  readonly received: ReceivedRecord;
  readonly retryDelaysMs: readonly number[];
  readonly clock: Clock;
  readonly log: StageLog;
  /** Aborts with a `StopReason` when the run is cancelled or the partition has moved away. */
  readonly stop: AbortSignal;
  /** Called when the handler says that the run is accepted. */
  readonly onAccepted: () => void;
  /** Called with the pages that the handler has done. */
  readonly onPages: (pagesDone: number, pageCount: number) => void;
  /** Called when 90 % of a time limit is used. */
  readonly onSoftLimit: (limit: TimeLimit) => void;
}

/** How long a handler may take to notice that it was told to stop, in milliseconds (M-12 allows 2 s to act). */
const settleGraceMs = 5000;

/** Executes one record: time limits, quick tries and policy around the stage's one function. */
export async function executeTask<F extends TopicName>(options: ExecutionOptions<F>): Promise<Executed> {
  const { stage, run, clock, delivery } = options;
  let accepted = !stage.acceptsRuns || delivery.accepted;
  let activeMs = 0;
  const accept = (): void => {
    accepted = true;
    options.onAccepted();
  };
  const parts: PartTiming[] = [];
  const conclude = (conclusion: Executed['conclusion']): Executed => ({
    conclusion,
    accepted,
    activeMs,
    parts,
  });

  if (!stage.acceptsRuns && stage.cancellable && clock.now() > run.expiresAt)
    return conclude({ kind: 'expired' });

  for (let quickTries = 0; ; quickTries += 1) {
    const startedAt = clock.now();
    const tried = await tryOnce(options, { accept, parts }, run.budgetMs - run.usedMs - activeMs).catch(
      (error: unknown) => unexpected(options, error),
    );
    activeMs += clock.now() - startedAt;
    if (tried.kind === 'stopped') return conclude(stoppedConclusion(tried.reason));
    if (tried.kind === 'settled' && !isFailureResult(tried.result))
      return conclude(guarded(tried.result, accepted));
    const failed: { failure: Failure; afterMs?: number } =
      tried.kind === 'failed' ? { failure: tried.failure } : asFailure(tried.result);
    if (tried.kind === 'settled' && tried.result.kind === 'deadLetter')
      return conclude({ kind: 'deadLetter', failure: failed.failure });

    const decision = decide(failed.failure, {
      attempt: delivery.attempt,
      quickTries,
      retryDelaysMs: options.retryDelaysMs,
      retries: stage.retries,
      accepted,
      ...(failed.afterMs === undefined ? {} : { afterMs: failed.afterMs }),
    });
    switch (decision.kind) {
      case 'retry-now':
        if (!(await slept(options, decision.afterMs)))
          return conclude(stoppedConclusion(reasonOf(options.stop)));
        break;
      case 'retry-topic':
        return conclude({ kind: 'retryTopic', index: decision.index, failure: failed.failure });
      case 'dead-letter':
        return conclude({ kind: 'deadLetter', failure: failed.failure });
      case 'end-run':
        return conclude({ kind: 'endRun', ending: failedEnding(failed.failure) });
      case 'reject':
        return conclude({ kind: 'rejected', failure: failed.failure });
      case 'drop':
        return conclude({ kind: 'skipped', reason: failed.failure.code });
    }
  }
}

/** What a handler reports besides its result. */
interface Attempt {
  readonly accept: () => void;
  readonly parts: PartTiming[];
}

type Tried =
  | { readonly kind: 'settled'; readonly result: StageResult }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'stopped'; readonly reason: StopReason };

/** What is thrown around the handler fails this record, as what its handler throws does, and not the process. */
function unexpected<F extends TopicName>({ log, delivery }: ExecutionOptions<F>, error: unknown): Tried {
  const failed = toFailure(error);
  logFailure(log, failed, delivery.attempt, error);
  return { kind: 'failed', failure: failed };
}

async function tryOnce<F extends TopicName>(
  options: ExecutionOptions<F>,
  attempt: Attempt,
  budgetLeftMs: number,
): Promise<Tried> {
  const { stage, clock, stop } = options;
  if (stop.aborted) return { kind: 'stopped', reason: reasonOf(stop) };
  if (budgetLeftMs <= 0) return { kind: 'failed', failure: failure('TIMEOUT_RUN', { stage: stage.name }) };

  const stageLimitMs = stage.timeoutMs(options.task);
  const code = stageLimitMs <= budgetLeftMs ? stage.timeoutCode : 'TIMEOUT_RUN';
  const limit = new AbortController();
  const limitMs = Math.min(stageLimitMs, budgetLeftMs);
  const cancelLimit = startTimeLimit(
    clock,
    { code, limitMs },
    {
      onSoft: options.onSoftLimit,
      onHard: () => {
        limit.abort(new FailureError(code, { stage: stage.name }));
      },
    },
  );
  const forward = (): void => {
    limit.abort(stop.reason);
  };
  stop.addEventListener('abort', forward, { once: true });
  try {
    const handled = handle(options, attempt, limit.signal);
    const tried = await Promise.race([handled, whenAborted(limit.signal).then(() => 'aborted' as const)]);
    if (tried !== 'aborted') return tried;
    await settledOrGraceOver(handled, options);
    if (isAborted(stop)) return { kind: 'stopped', reason: reasonOf(stop) };
    return { kind: 'failed', failure: failure(code, { stage: stage.name }) };
  } finally {
    cancelLimit();
    stop.removeEventListener('abort', forward);
  }
}

async function handle<F extends TopicName>(
  options: ExecutionOptions<F>,
  { accept, parts }: Attempt,
  signal: AbortSignal,
): Promise<Tried> {
  const { stage, task, run, delivery, clock, log } = options;
  const context: StageContext = {
    run,
    attempt: delivery.attempt,
    source: delivery.origin,
    receivedFrom: options.receivedFrom,
    received: options.received,
    signal,
    clock,
    log,
    accept,
    reportPages: options.onPages,
    runPart: (part, work) => runPart(options, parts, signal, { part, work }),
  };
  try {
    return { kind: 'settled', result: await stage.handle(task, context) };
  } catch (error) {
    const failed = toFailure(error);
    if (!signal.aborted) logFailure(log, failed, delivery.attempt, error);
    return { kind: 'failed', failure: failed };
  }
}

async function runPart<F extends TopicName, T>(
  { clock, onSoftLimit }: ExecutionOptions<F>,
  parts: PartTiming[],
  signal: AbortSignal,
  {
    part,
    work,
  }: {
    readonly part: TimeLimit & { readonly name: string };
    readonly work: (signal: AbortSignal) => Promise<T>;
  },
): Promise<T> {
  const { name, code, limitMs } = part;
  const limit = new AbortController();
  const startedAt = clock.now();
  const cancelLimit = startTimeLimit(
    clock,
    { code, limitMs },
    {
      onSoft: onSoftLimit,
      onHard: () => {
        limit.abort(new FailureError(code));
      },
    },
  );
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } finally {
    cancelLimit();
    parts.push({ name, activeMs: clock.now() - startedAt });
  }
}

/** A document's own fault is an answer, not an error of ours: it is logged without a stack. */
function logFailure(log: StageLog, failed: Failure, attempt: number, error: unknown): void {
  if (failureCategory(failed.code) === 'infrastructure')
    log.error(`Attempt ${attempt} failed with ${failed.code}.`, error);
  else log.info('The document cannot be processed.', { code: failed.code, attempt });
}

/** Waits for an aborted handler, up to a limit: its run must not be executed again while it still runs. */
async function settledOrGraceOver<F extends TopicName>(
  handled: Promise<unknown>,
  options: ExecutionOptions<F>,
): Promise<void> {
  const grace = new AbortController();
  await Promise.race([
    handled.finally(() => {
      grace.abort(new Error('settled'));
    }),
    sleep(options.clock, settleGraceMs, grace.signal).then(
      () => {
        options.log.warn('The handler did not stop within its grace period and is abandoned.', {
          graceMs: settleGraceMs,
        });
      },
      () => undefined,
    ),
  ]);
}

async function slept<F extends TopicName>(options: ExecutionOptions<F>, delayMs: number): Promise<boolean> {
  try {
    await sleep(options.clock, delayMs, options.stop);
    return true;
  } catch {
    return false;
  }
}

/** Asks anew: the signal may have aborted while something was awaited. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function stoppedConclusion(reason: StopReason): Executed['conclusion'] {
  return reason === 'cancelled' ? { kind: 'skipped', reason: 'cancelled' } : { kind: 'handedBack' };
}

function reasonOf(stop: AbortSignal): StopReason {
  return stop.reason === 'cancelled' ? 'cancelled' : 'moved';
}

type FailureResult = Extract<StageResult, { kind: 'retryLater' | 'deadLetter' }>;

function isFailureResult(result: StageResult): result is FailureResult {
  return result.kind === 'retryLater' || result.kind === 'deadLetter';
}

function asFailure(result: StageResult): { failure: Failure; afterMs?: number } {
  if (result.kind === 'retryLater' || result.kind === 'deadLetter') {
    return result.kind === 'retryLater' && result.afterMs !== undefined
      ? { failure: result.failure, afterMs: result.afterMs }
      : { failure: result.failure };
  }
  return { failure: failure('INTERNAL_ERROR') };
}

/** A stage may not end a run that is not accepted, nor reject one that is. */
function guarded(result: Exclude<StageResult, FailureResult>, accepted: boolean): Conclusion {
  if (result.kind === 'endRun' && !accepted) {
    return { kind: 'rejected', failure: result.ending.failure ?? failure('INTERNAL_ERROR') };
  }
  if (result.kind === 'rejected' && accepted) return { kind: 'endRun', ending: failedEnding(result.failure) };
  return result;
}
