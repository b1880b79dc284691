import type { Tracing } from './stage-span.ts';
import { formatTraceparent, parentOf } from './traceparent.ts';

/**
 * Exports spans over OTLP/HTTP to `endpoint` (as in OTEL_EXPORTER_OTLP_ENDPOINT, without `/v1/traces`). Without
 * an endpoint OpenTelemetry is not loaded, and only headers are written.
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
