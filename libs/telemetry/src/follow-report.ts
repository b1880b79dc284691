import type { TopicPartition } from '@docfleet/domain';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** Logs and counts what a follower of a topic passes over or waits for; fits `FollowReport` of `libs/record-log`. */
export function followReport(options: {
  readonly log: Pick<Log, 'warn' | 'error'>;
  readonly metrics: Pick<Metrics, 'unusableRecords'>;
}): {
  unusable(error: unknown, record: TopicPartition & { readonly offset: bigint }): void;
  waiting(error: unknown, facts: { readonly topic: string; readonly records: number }): void;
} {
  const { log, metrics } = options;
  return {
    unusable: (error, { topic, partition, offset }) => {
      metrics.unusableRecords.inc({ topic });
      log.error('A followed record cannot be used and is passed over', error, {
        topic,
        partition,
        offset: String(offset),
      });
    },
    waiting: (error, facts) => {
      log.warn('Followed records wait for the schema registry; trying again every second', {
        ...facts,
        reason: String(error),
      });
    },
  };
}
