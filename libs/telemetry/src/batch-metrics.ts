import type { Metrics } from './metrics.ts';

/** The end of a batch, as metrics tell of it. */
export interface EndedBatch {
  readonly state: string;
  /** 1, and more after redrives. */
  readonly revision: number;
  readonly counts: { readonly completed: number; readonly failed: number; readonly cancelled: number };
  readonly durationMs: number;
}

/**
 * Counts the batches that end. Whoever moves batches exports the same metrics: the ledger, and the gateway for what the log
 * refuses. The returned function takes the ends of a transaction that is committed.
 */
export function exportBatchEnds(
  metrics: Pick<Metrics, 'counter' | 'histogram'>,
): (ended: readonly EndedBatch[]) => void {
  const labels = ['state'] as const;
  const batches = metrics.counter(
    'docfleet_batches_ended_total',
    'Batches that have ended, by state; one that is redriven ends again.',
    labels,
  );
  const files = metrics.counter(
    'docfleet_batch_files_ended_total',
    'Files of the batches that have ended for the first time, by what became of them.',
    ['status'],
  );
  const duration = metrics.histogram({
    name: 'docfleet_batch_duration_seconds',
    help: 'Time from the acceptance of a batch to its first end.',
    labels,
    buckets: [10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400],
  });
  return (ended) => {
    for (const { state, revision, counts, durationMs } of ended) {
      batches.inc({ state });
      if (revision > 1) continue;
      duration.observe({ state }, durationMs / 1000);
      for (const status of ['completed', 'failed', 'cancelled'] as const)
        files.inc({ status }, counts[status]);
    }
  };
}
