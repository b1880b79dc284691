import type { Lane, StageName } from '@docfleet/domain';

/** The span of one attempt of a stage. */
export interface StageSpan {
  /** Header for the records of this attempt: their spans become children of this one. */
  readonly traceparent: string;
  /** Sets the outcome of the attempt, and its failure code. */
  setOutcome(outcome: string, code?: string): void;
}

export interface StageSpanOptions {
  readonly runId: string;
  readonly stage: StageName;
  readonly lane: Lane;
  /** From 1. */
  readonly attempt: number;
  /** Header of the input record; ignored if it belongs to another trace. */
  readonly traceparent?: string | undefined;
}

/** Traces of one process. All spans of a run share one trace, whose id is derived from the runId (O-05). */
export interface Tracing {
  /** Runs `work` in the span of a stage; an error of it marks the span and is rethrown. */
  withStageSpan<T>(options: StageSpanOptions, work: (span: StageSpan) => Promise<T>): Promise<T>;
  /** Exports pending spans, within a few seconds. */
  close(): Promise<void>;
}
