import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

const prometheus = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const runId = '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11';

it('O-05: a bucket of a histogram names the trace of a run that fell into it', async () => {
  const metrics = createMetrics('ocr');
  metrics.stageDuration.observe({ stage: 'ocr', lane: 'high', outcome: 'done' }, 3.5, runId);
  const { contentType, body } = await metrics.exposition(prometheus);
  expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(body.split('\n').filter((line) => line.includes('#') && line.includes('le="5"'))).toEqual([
    expect.stringMatching(
      /^docfleet_stage_duration_seconds_bucket\{le="5",service="ocr",stage="ocr",lane="high",outcome="done"\} 1 # \{trace_id="6a1d4c0e5b0f5a679d0a6f1f2f6f7c11"\} 3.5 \d+(\.\d+)?$/,
    ),
  ]);
  expect(body.endsWith('# EOF\n')).toBe(true);
});

it('O-03: counters keep their names in both formats, whichever is asked for first', async () => {
  const metrics = createMetrics('integration');
  metrics.documentsProcessed.inc({ status: 'completed' });
  const line = 'documents_processed_total{status="completed",service="integration"} 1';
  for (const accept of [prometheus, undefined, prometheus, 'text/plain'])
    expect((await metrics.exposition(accept)).body.split('\n')).toContain(line);
  expect(await metrics.text()).toContain('# TYPE documents_processed_total counter');
});
