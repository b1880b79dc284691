import type { Clock } from '@docfleet/domain';
import { progressOf, stageInputs, type GroupPositions } from '@docfleet/stage';
import type { Log, Metrics } from '@docfleet/telemetry';
import { StageLag, type QueueLag } from '../core/stage-lag.ts';

/** Age at which figures are not exported any more, in milliseconds: no lag is better than one of an hour ago. */
const validMs = 120_000;

/**
 * Exports the lag of every stage, also of one without processes: `docfleet_stage_lag` and `docfleet_stage_stalled_seconds`.
 * Every ledger exports the same lag: take the maximum. The returned function measures once; a stage whose positions cannot
 * be read keeps no other from being measured, and its series end after two minutes.
 */
export function exportLag(
  metrics: Pick<Metrics, 'readGauge'>,
  options: {
    readonly brokers: GroupPositions;
    /** Names of the topics that exist, which show the pools of extraction. */
    readonly topicNames: () => Promise<readonly string[]>;
    readonly clock: Clock;
    readonly log: Pick<Log, 'warn'>;
  },
): () => Promise<void> {
  const { brokers, topicNames, clock, log } = options;
  const lag = new StageLag();
  const measured = new Map<string, { readonly atMs: number; readonly queues: readonly QueueLag[] }>();
  const read = (value: (queue: QueueLag) => number) => () =>
    [...measured.values()]
      .filter(({ atMs }) => clock.now() - atMs < validMs)
      .flatMap(({ queues }) => queues)
      .map((queue) => ({ labels: { stage: queue.stage, lane: queue.lane }, value: value(queue) }));
  const labels = ['stage', 'lane'] as const;
  metrics.readGauge(
    'docfleet_stage_lag',
    'Offsets that the group of a stage has neither committed nor finished; records and the markers of transactions.',
    { labels, read: read((queue) => queue.lag) },
  );
  metrics.readGauge(
    'docfleet_stage_stalled_seconds',
    'Longest time for which a partition of a stage that has lag has not moved.',
    { labels, read: read((queue) => queue.stalledMs / 1000) },
  );
  return async () => {
    for (const input of stageInputs(await topicNames())) {
      try {
        const progress = await progressOf(brokers, input);
        const atMs = clock.now();
        measured.set(input.stage, { atMs, queues: lag.measure(input.stage, progress, atMs) });
      } catch (error) {
        log.warn('The lag of a stage could not be measured; trying again at the next interval', {
          group: input.stage,
          reason: String(error),
        });
      }
    }
  };
}
