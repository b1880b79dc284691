import type { ReviewDecision } from '@docfleet/domain';
import type { Metrics } from '@docfleet/telemetry';

/** Counts what people do with tasks. */
export function reviewMetrics(metrics: Pick<Metrics, 'counter' | 'histogram'>) {
  const decisions = metrics.counter(
    'docfleet_review_decisions_total',
    'Decisions over tasks of reviews, by kind.',
    ['kind'],
  );
  const waited = metrics.histogram({
    name: 'docfleet_review_decision_seconds',
    help: 'Time from a task of a review to its decision.',
    labels: ['kind'],
    buckets: [10, 30, 60, 300, 900, 3_600, 14_400, 86_400, 604_800],
  });
  const changes = metrics.counter('docfleet_review_changes_total', 'Changes of tasks of reviews, by kind.', [
    'kind',
  ]);
  return {
    onDecided: ({ kind, waitedMs }: { readonly kind: ReviewDecision; readonly waitedMs: number }): void => {
      decisions.inc({ kind });
      waited.observe({ kind }, waitedMs / 1_000);
    },
    onChanged: (kinds: readonly string[]): void => {
      for (const kind of kinds) changes.inc({ kind });
    },
  };
}
