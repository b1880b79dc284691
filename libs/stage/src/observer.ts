import type { RunContext } from '@docfleet/contracts';
import type { FailureCode, Lane } from '@docfleet/domain';
import type { Conclusion, PartTiming } from './step.ts';
import type { StageLog } from './stage.ts';

/** What the runtime reports for metrics, logs and traces. Nothing it does depends on the answer. */
export interface StageObserver {
  /** A log for one run; null for what belongs to no run. */
  logOf(run: RunContext | null): StageLog;
  started(facts: { readonly lane: Lane; readonly queuedMs: number }): void;
  /** An execution that decided nothing: another owner of the partition executes the record. */
  handedBack(facts: { readonly lane: Lane }): void;
  concluded(facts: {
    readonly lane: Lane;
    readonly kind: Conclusion['kind'];
    readonly code: FailureCode | null;
    readonly activeMs: number;
    /** False for a record that was refused before any execution. */
    readonly worked: boolean;
    /** Null for a record that could not be decoded. */
    readonly runId: string | null;
    /** The parts of the execution that have timings of their own. */
    readonly parts: readonly PartTiming[];
  }): void;
  /** An execution has used 90 % of a time limit, whose failure this is. */
  softLimit(facts: { readonly limit: FailureCode }): void;
  /** Records that wait for their turn, bytes of all records in flight, and handlers that run. */
  loaded(facts: { readonly records: number; readonly bytes: number; readonly working: number }): void;
  committed(facts: { readonly steps: number; readonly ms: number }): void;
  /** A commit was in doubt; `happened` is what the log answered. */
  doubted(facts: { readonly happened: boolean }): void;
  /** Commit metadata that could not be decoded: the records it named as finished are executed again. */
  unreadableMetadata(): void;
  /** Runs `work` inside a span of the run's trace and gives it the header for what it writes. */
  inSpan<T>(
    run: RunContext,
    traceparent: string | null,
    work: (traceparent: string | null) => Promise<T>,
  ): Promise<T>;
}

const silentLog: StageLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Reports nothing. */
export const silentObserver: StageObserver = {
  logOf: () => silentLog,
  started: () => undefined,
  handedBack: () => undefined,
  concluded: () => undefined,
  softLimit: () => undefined,
  loaded: () => undefined,
  committed: () => undefined,
  doubted: () => undefined,
  unreadableMetadata: () => undefined,
  inSpan: (_run, traceparent, work) => work(traceparent),
};
