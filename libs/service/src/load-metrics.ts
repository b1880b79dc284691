import type { StageName } from '@docfleet/domain';
import type { RunningStage } from '@docfleet/stage';
import type { Metrics } from '@docfleet/telemetry';

/**
 * Exports what the process has to do, read at each scrape: `queue_depth`, `docfleet_stage_slots` and `worker_utilization`. While the process has
 * not joined its group there are no values, so that a stage without processes is told from one without work.
 */
export function exportLoad(
  metrics: Pick<Metrics, 'readGauge'>,
  options: {
    readonly stage: StageName;
    /** Handlers that may run at the same time. */
    readonly slots: number;
    readonly running: () => Pick<RunningStage, 'load' | 'waiting'> | undefined;
  },
): void {
  const { stage, slots, running } = options;
  metrics.readGauge('queue_depth', 'Records that this process has fetched and not started, by lane.', {
    labels: ['stage', 'lane'],
    read: () =>
      [...(running()?.waiting() ?? [])].map(([lane, value]) => ({ labels: { stage, lane }, value })),
  });
  metrics.readGauge('docfleet_stage_slots', 'Records that this process can execute at the same time.', {
    labels: ['stage'],
    read: () => (running() === undefined ? [] : [{ labels: { stage }, value: slots }]),
  });
  metrics.readGauge('worker_utilization', 'Share of the places for executions that are in use, 0 to 1.', {
    labels: ['stage'],
    read: () => {
      const load = running()?.load();
      return load === undefined ? [] : [{ labels: { stage }, value: load.working / slots }];
    },
  });
}
