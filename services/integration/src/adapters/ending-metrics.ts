import type { RunContext } from '@docfleet/contracts';
import { lanes, outcomeStatuses, type Clock, type OutcomeStatus } from '@docfleet/domain';
import type { Metrics } from '@docfleet/telemetry';
import { RecentCount } from '../core/recent-count.ts';

/** Seconds (O-03). */
const processingBuckets = [1, 5, 10, 15, 20, 25, 30, 40, 50, 60, 90, 120];

/** Seconds, to the day after which a run expires. */
const totalBuckets = [...processingBuckets, 300, 900, 3600, 14_400, 86_400];

/** Endings that say how long documents take: not those that somebody asked for, nor that a time limit of days made. */
const processed: ReadonlySet<OutcomeStatus> = new Set(['completed', 'completed_with_gaps', 'failed']);

/** Counts and times the runs that this process has ended (O-03). */
export function exportEndings(
  metrics: Metrics,
  clock: Clock,
): (status: OutcomeStatus, run: Pick<RunContext, 'runId' | 'lane' | 'acceptedAt' | 'timings'>) => void {
  const processing = metrics.histogram({
    name: 'batch_document_processing_latency_seconds',
    help: 'Time from the start of the first stage of a document to its end.',
    labels: ['lane'],
    buckets: processingBuckets,
  });
  const total = metrics.histogram({
    name: 'docfleet_document_total_seconds',
    help: 'Time from the arrival of a document to its end, waiting included.',
    labels: ['lane'],
    buckets: totalBuckets,
  });
  const recent = new RecentCount(clock.now());
  metrics.readGauge(
    'batch_throughput_per_hour',
    'Documents that this process has ended in the last ten minutes, as documents an hour.',
    { read: () => [{ labels: {}, value: recent.perHour(clock.now()) }] },
  );
  for (const status of outcomeStatuses) metrics.documentsProcessed.inc({ status }, 0);
  for (const lane of lanes) {
    processing.start({ lane });
    total.start({ lane });
  }
  return (status, { runId, lane, acceptedAt, timings }) => {
    const now = clock.now();
    metrics.documentsProcessed.inc({ status });
    recent.add(now);
    if (!processed.has(status)) return;
    const totalMs = Math.max(0, now - acceptedAt);
    const waitedMs = timings[0]?.queuedMs ?? 0;
    total.observe({ lane }, totalMs / 1000, runId);
    processing.observe({ lane }, Math.max(0, totalMs - waitedMs) / 1000, runId);
  };
}
