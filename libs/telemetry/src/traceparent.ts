import { traceIdOf } from '@docfleet/domain';

/**
 * The parts of a W3C trace context header, version 00. Hand-written: `parseTraceParent` of `@opentelemetry/core` would
 * cost 16 MB and 180 ms in every process, including those that export no traces.
 */
export interface TraceParent {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly sampled: boolean;
}

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * `traceparent` of a run. Its trace id is derived from the runId, so every stage computes the same one. Default of
 * `spanId`: the root span, which is derived from the runId as well.
 */
export function traceparentOf(runId: string, spanId?: string): string {
  const traceId = traceIdOf(runId);
  return formatTraceparent({ traceId, spanId: spanId ?? traceId.slice(16), sampled: true });
}

export function formatTraceparent(parent: TraceParent): string {
  return `00-${parent.traceId}-${parent.spanId}-${parent.sampled ? '01' : '00'}`;
}

/** Undefined when the header is not valid (W3C Trace Context, section 3.2: all zeroes are invalid). */
export function parseTraceparent(header: string | undefined): TraceParent | undefined {
  const [, traceId = '', spanId = '', flags = ''] = pattern.exec(header ?? '') ?? [];
  if (traceId === '' || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** Parent context of a span of a run: that of the header if it belongs to the trace of the run, else the root. */
export function parentOf(options: {
  readonly runId: string;
  readonly traceparent?: string | undefined;
}): TraceParent {
  const root = parseTraceparent(traceparentOf(options.runId));
  if (root === undefined) throw new Error('The runId is not a UUID');
  const given = parseTraceparent(options.traceparent);
  return given?.traceId === root.traceId ? given : root;
}
