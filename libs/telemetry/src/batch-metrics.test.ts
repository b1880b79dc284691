import { expect, it } from 'vitest';
import { exportBatchEnds } from './batch-metrics.ts';
import { createMetrics } from './metrics.ts';

it('O-03: counts the ends of batches, and their files and time once', async () => {
  const metrics = createMetrics('ledger');
  const ended = exportBatchEnds(metrics);
  const first = { state: 'PARTIALLY_COMPLETED', revision: 1, durationMs: 45_000 };
  ended([{ ...first, counts: { completed: 2, failed: 1, cancelled: 0 } }]);
  ended([{ ...first, state: 'COMPLETED', revision: 2, counts: { completed: 3, failed: 0, cancelled: 0 } }]);
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('docfleet_batch'));
  expect(lines).toEqual(
    expect.arrayContaining([
      'docfleet_batches_ended_total{state="PARTIALLY_COMPLETED",service="ledger"} 1',
      'docfleet_batches_ended_total{state="COMPLETED",service="ledger"} 1',
      'docfleet_batch_files_ended_total{status="completed",service="ledger"} 2',
      'docfleet_batch_files_ended_total{status="failed",service="ledger"} 1',
      'docfleet_batch_duration_seconds_sum{service="ledger",state="PARTIALLY_COMPLETED"} 45',
      'docfleet_batch_duration_seconds_count{service="ledger",state="PARTIALLY_COMPLETED"} 1',
    ]),
  );
  expect(lines.filter((line) => line.includes('_count'))).toHaveLength(1);
});
