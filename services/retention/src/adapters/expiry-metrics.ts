import type { Clock } from '@docfleet/domain';
import type { Log, Metrics } from '@docfleet/telemetry';
import type { Expired } from '../expire.ts';

export interface ExpiryMetrics {
  /** One kind of a pass is done. */
  readonly expired: (expired: Expired) => void;
  /** A pass over all kinds is done. */
  readonly passed: () => void;
  readonly erased: (erased: { readonly runs: number; readonly objects: number }) => void;
}

/** Counts what expiry and erasure remove. In a dry run nothing is counted as removed; the log says what would be. */
export function exportExpiry(
  metrics: Metrics,
  { clock, log, dryRun }: { readonly clock: Clock; readonly log: Log; readonly dryRun: boolean },
): ExpiryMetrics {
  const kind = ['kind'] as const;
  const removed = metrics.counter(
    'docfleet_retention_removed_total',
    'Rows and objects removed at the end of their period, by kind.',
    kind,
  );
  const oldest = metrics.gauge(
    'docfleet_retention_oldest_age_seconds',
    'Age of the oldest row or object that is kept, by kind.',
    kind,
  );
  const success = metrics.gauge(
    'docfleet_retention_last_success_timestamp_seconds',
    'When this process last finished a pass of expiry, in seconds since the epoch.',
  );
  const erasedRuns = metrics.counter('docfleet_erased_runs_total', 'Runs that were erased.');
  const erasedObjects = metrics.counter('docfleet_erased_objects_total', 'Objects that were erased.');
  return {
    expired: ({ kind: of, count, oldestAt, complete }) => {
      if (!dryRun) removed.inc({ kind: of }, count);
      oldest.set({ kind: of }, oldestAt === null ? 0 : (clock.now() - oldestAt) / 1_000);
      if (count === 0) return;
      log.info(dryRun ? 'Would expire' : 'Expired', { kind: of, count, complete });
    },
    passed: () => {
      if (!dryRun) success.set({}, clock.now() / 1_000);
    },
    erased: ({ runs, objects }) => {
      erasedRuns.inc({}, runs);
      erasedObjects.inc({}, objects);
    },
  };
}
