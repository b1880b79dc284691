import type { Metrics } from '@docfleet/telemetry';

/** Counts the batches that are accepted; the returned function takes the number of files of each. */
export function exportAcceptedBatches(metrics: Pick<Metrics, 'counter'>): (files: number) => void {
  const batches = metrics.counter('docfleet_batches_accepted_total', 'Batches accepted.');
  const all = metrics.counter('docfleet_batch_files_accepted_total', 'Files of the batches accepted.');
  return (files) => {
    batches.inc({});
    all.inc({}, files);
  };
}
