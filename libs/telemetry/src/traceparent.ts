import { traceIdOf } from '@docfleet/domain';

/** The parts of a W3C trace context header, version 00. */
export interface TraceParent {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly sampled: boolean;
}

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * `traceparent` of a run: the trace is the run's own, so every stage finds it without asking. Without `spanId` it
 * names the trace's root, which is made from the runId as well.
 */
export function traceparentOf(runId: string, spanId?: string): string {
  const traceId = traceIdOf(runId);
  return formatTraceparent({ traceId, spanId: spanId ?? traceId.slice(16), sampled: true });
}

export function formatTraceparent(parent: TraceParent): string {
  return `00-${parent.traceId}-${parent.spanId}-${parent.sampled ? '01' : '00'}`;
}

/** Undefined for what is not a valid header (W3C Trace Context, section 3.2: all zeroes are not). */
export function parseTraceparent(header: string | undefined): TraceParent | undefined {
  const [, traceId = '', spanId = '', flags = ''] = pattern.exec(header ?? '') ?? [];
  if (traceId === '' || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The context that a run's span hangs under: the header's where it belongs to the run, else the trace's root. */
export function parentOf(options: {
  readonly runId: string;
  readonly traceparent?: string | undefined;
}): TraceParent {
  const root = parseTraceparent(traceparentOf(options.runId));
  if (root === undefined) throw new Error('a runId must be a UUID');
  const given = parseTraceparent(options.traceparent);
  return given?.traceId === root.traceId ? given : root;
}
