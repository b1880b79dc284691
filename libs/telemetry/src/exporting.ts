import { context, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { describeError } from './describe-error.ts';
import { formatTraceparent, parentOf } from './traceparent.ts';
import type { Tracing } from './stage-span.ts';

/** Exports spans with OpenTelemetry. Imported only by processes that export, since it costs start time and memory. */
export function startExporting(options: { readonly service: string; readonly endpoint: string }): Tracing {
  const sdk = new NodeSDK({
    serviceName: options.service,
    traceExporter: new OTLPTraceExporter({ url: `${options.endpoint.replace(/\/+$/, '')}/v1/traces` }),
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
    autoDetectResources: false,
  });
  sdk.start();
  const tracer = trace.getTracer('docfleet');
  return {
    withStageSpan: (of, work) => {
      const parent = parentOf(of);
      const parentContext = trace.setSpanContext(context.active(), {
        traceId: parent.traceId,
        spanId: parent.spanId,
        traceFlags: parent.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
        isRemote: true,
      });
      const attributes = {
        'docfleet.run_id': of.runId,
        'docfleet.stage': of.stage,
        'docfleet.lane': of.lane,
        'docfleet.attempt': of.attempt,
      };
      return tracer.startActiveSpan(
        of.stage,
        { kind: SpanKind.CONSUMER, attributes },
        parentContext,
        async (span) => {
          const { spanId } = span.spanContext();
          try {
            return await work({
              traceparent: formatTraceparent({ ...parent, spanId }),
              setOutcome: (outcome, code) => {
                span.setAttribute('docfleet.outcome', outcome);
                if (code !== undefined) span.setAttribute('docfleet.code', code);
              },
            });
          } catch (error) {
            span.setStatus({
              code: SpanStatusCode.ERROR,
              message: describeError(error).code ?? 'INTERNAL_ERROR',
            });
            throw error;
          } finally {
            span.end();
          }
        },
      );
    },
    close: () => sdk.shutdown(),
  };
}
