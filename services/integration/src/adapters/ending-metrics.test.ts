import { createMetrics } from '@docfleet/telemetry';
import { runContext, virtualClock } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { exportEndings } from './ending-metrics.ts';

const valueOf = (text: string, series: string): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(series))
      ?.split(' ')
      .at(-1),
  );

test('O-03: an ending is counted, and timed from the start of the first stage, and from the arrival', async () => {
  const clock = virtualClock();
  const metrics = createMetrics('integration');
  const ended = exportEndings(metrics, clock);
  const run = runContext({
    lane: 'high',
    acceptedAt: clock.now() - 100_000,
    timings: [{ stage: 'preprocess', attempt: 1, queuedMs: 88_000, activeMs: 1_000 }],
  });
  ended('completed', run);
  ended('cancelled', run);
  const text = await metrics.text();
  const series = 'service="integration",lane="high"}';
  expect(valueOf(text, 'documents_processed_total{status="completed"')).toBe(1);
  expect(valueOf(text, 'documents_processed_total{status="cancelled"')).toBe(1);
  expect(valueOf(text, 'documents_processed_total{status="failed"')).toBe(0);
  expect(valueOf(text, `batch_document_processing_latency_seconds_sum{${series}`)).toBe(12);
  expect(valueOf(text, `batch_document_processing_latency_seconds_count{${series}`)).toBe(1);
  expect(valueOf(text, `docfleet_document_total_seconds_sum{${series}`)).toBe(100);
  expect(valueOf(text, 'batch_throughput_per_hour{service="integration"}')).toBe(120);
});

test('O-03: the buckets of the processing latency are those of the requirement', async () => {
  const metrics = createMetrics('integration');
  exportEndings(metrics, virtualClock());
  const found = [
    ...(await metrics.text()).matchAll(
      /^batch_document_processing_latency_seconds_bucket\{le="([^"]+)",service="integration",lane="urgent"\}/gm,
    ),
  ].map(([, le]) => le);
  expect(found.map(Number)).toEqual([1, 5, 10, 15, 20, 25, 30, 40, 50, 60, 90, 120, Number.NaN]);
});
