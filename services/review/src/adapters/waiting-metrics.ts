import type { WaitingTasks } from '@docfleet/database';
import { lanes, type Clock } from '@docfleet/domain';
import type { Metrics } from '@docfleet/telemetry';

/** Exports how many tasks wait for people, and for how long the oldest one does. */
export function exportWaiting(
  metrics: Pick<Metrics, 'gauge'>,
  clock: Pick<Clock, 'now'>,
): (waiting: readonly WaitingTasks[]) => void {
  const kinds = ['before-end', 'afterwards'] as const;
  const tasks = metrics.gauge(
    'docfleet_review_tasks_waiting',
    'Tasks that wait for a person, by lane; afterwards: the run has ended without.',
    ['lane', 'kind'],
  );
  const oldest = metrics.gauge(
    'docfleet_review_oldest_task_age_seconds',
    'Age of the oldest task for which a run waits.',
    ['lane'],
  );
  return (waiting) => {
    for (const lane of lanes) {
      const ofLane = waiting.filter((each) => each.lane === lane);
      for (const kind of kinds) {
        const own = ofLane.find(({ afterwards }) => afterwards === (kind === 'afterwards'));
        tasks.set({ lane, kind }, own?.tasks ?? 0);
      }
      const since = ofLane.find(({ afterwards }) => !afterwards)?.since;
      oldest.set({ lane }, since === undefined ? 0 : Math.max(0, clock.now() - since) / 1000);
    }
  };
}
