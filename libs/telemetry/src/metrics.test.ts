import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

it('O-03: exports stage metrics in base units and with the service', async () => {
  const metrics = createMetrics('ocr');
  metrics.stageDuration.observe({ stage: 'ocr', lane: 'high', outcome: 'done' }, 3.5);
  metrics.documentsProcessed.inc({ status: 'completed_with_gaps' });
  metrics.breakerState.set({ breaker: 'ocr', position: 'open' }, 1);
  const lines = (await metrics.text()).split('\n');
  expect(lines).toContain(
    'docfleet_stage_duration_seconds_sum{service="ocr",stage="ocr",lane="high",outcome="done"} 3.5',
  );
  expect(lines).toContain('documents_processed_total{status="completed_with_gaps",service="ocr"} 1');
  expect(lines).toContain('docfleet_breaker_state{breaker="ocr",position="open",service="ocr"} 1');
});

it('has every listed series, and those of Node', async () => {
  const text = await createMetrics('gateway').text();
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]);
  expect(names.filter((name) => name?.startsWith('docfleet_') === true)).toEqual([
    'docfleet_stage_duration_seconds',
    'docfleet_stage_dwell_seconds',
    'docfleet_stage_in_flight',
    'docfleet_stage_retries_total',
    'docfleet_stage_dead_letters_total',
    'docfleet_stage_errors_total',
    'docfleet_stage_timeouts_total',
    'docfleet_window_records',
    'docfleet_window_bytes',
    'docfleet_unusable_records_total',
    'docfleet_unreadable_partitions',
    'docfleet_cache_lookups_total',
    'docfleet_breaker_state',
  ]);
  expect(names).toContain('documents_processed_total');
  expect(names).toContain('process_resident_memory_bytes');
});

it('separates two registries in one process', async () => {
  const one = createMetrics('one');
  const two = createMetrics('two');
  one.counter('docfleet_things_total', 'Things.').inc({}, 2);
  expect(await two.text()).not.toContain('docfleet_things_total');
});
