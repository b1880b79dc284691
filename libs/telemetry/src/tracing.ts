import type { Lane, StageName } from '@docfleet/domain';
import { formatTraceparent, parentOf } from './traceparent.ts';

/** The span of one attempt of a stage. */
export interface StageSpan {
  /** Header for the records this attempt writes: they become children of this span. */
  readonly traceparent: string;
  /** How the attempt ended; `code` where it failed. */
  setOutcome(outcome: string, code?: string): void;
}

export interface StageSpanOptions {
  readonly runId: string;
  readonly stage: StageName;
  readonly lane: Lane;
  /** From 1. */
  readonly attempt: number;
  /** Header of the record that is worked; a header of another trace is not followed. */
  readonly traceparent?: string | undefined;
}

/** Traces of one process. All spans of a run share one trace, whose id is made from the runId (O-05). */
export interface Tracing {
  /** Runs `work` inside the span of a stage; what it throws marks the span and is thrown on. */
  withStageSpan<T>(options: StageSpanOptions, work: (span: StageSpan) => Promise<T>): Promise<T>;
  /** Sends what is left, at most for a few seconds. */
  close(): Promise<void>;
}

/**
 * Starts sending spans over OTLP/HTTP to `endpoint` (as in OTEL_EXPORTER_OTLP_ENDPOINT, without `/v1/traces`). Without
 * an endpoint nothing of OpenTelemetry is loaded, and only headers are made.
 */
export async function startTracing(options: {
  readonly service: string;
  readonly endpoint?: string | undefined;
}): Promise<Tracing> {
  const { service, endpoint } = options;
  if (endpoint === undefined) return headersOnly;
  const { startExporting } = await import('./exporting.ts');
  return startExporting({ service, endpoint });
}

const headersOnly: Tracing = {
  withStageSpan: (options, work) =>
    work({ traceparent: formatTraceparent(parentOf(options)), setOutcome: () => undefined }),
  close: () => Promise.resolve(),
};
