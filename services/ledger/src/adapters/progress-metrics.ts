import type { Metrics } from '@docfleet/telemetry';

/** Exports how many seconds the oldest unread record has waited; 0 when everything is read. */
export function exportProgress(metrics: Pick<Metrics, 'gauge'>): (oldestUnreadSeconds: number) => void {
  const waiting = metrics.gauge(
    'docfleet_read_model_oldest_unread_seconds',
    'Time that the oldest unread record has waited without the position of its partition moving; 0 when all is read.',
  );
  return (oldestUnreadSeconds) => {
    waiting.set({}, oldestUnreadSeconds);
  };
}
