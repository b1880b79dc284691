import type { OpenBatches } from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import type { Metrics } from '@docfleet/telemetry';

/** Exports the batches that have not ended; the returned function reads them again. Every ledger exports the same ones. */
export function exportOpenBatches(
  metrics: Pick<Metrics, 'gauge'>,
  { read, clock }: { readonly read: () => Promise<OpenBatches>; readonly clock: Pick<Clock, 'now'> },
): () => Promise<void> {
  const open = metrics.gauge('docfleet_batches_open', 'Batches that were accepted and have not ended.');
  const unchanged = metrics.gauge(
    'docfleet_batch_unchanged_seconds',
    'Time for which the open batch has not changed that stands still for the longest time; 0 without one.',
  );
  return async () => {
    const { count, unchangedSince } = await read();
    open.set({}, count);
    unchanged.set({}, unchangedSince === null ? 0 : Math.max(0, clock.now() - unchangedSince) / 1000);
  };
}
