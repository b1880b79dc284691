import {
  lagOf,
  partitionName,
  type PartitionProgress,
  type StageName,
  type StageQueue,
} from '@docfleet/domain';

/** What one queue of a stage has before it. */
export interface QueueLag {
  readonly stage: StageName;
  readonly lane: StageQueue;
  /** Offsets that are neither committed nor finished. */
  readonly lag: number;
  /** Longest time for which a partition with lag has not moved. */
  readonly stalledMs: number;
}

/**
 * Lag by queue of a stage, over its pools. Remembers when each partition last moved.
 */
export class StageLag {
  readonly #moved = new Map<string, { readonly position: string; readonly atMs: number }>();

  measure(stage: StageName, progress: readonly PartitionProgress[], nowMs: number): readonly QueueLag[] {
    const queues = new Map<StageQueue, { lag: number; stalledMs: number }>();
    for (const each of progress) {
      const sum = queues.get(each.queue) ?? { lag: 0, stalledMs: 0 };
      queues.set(each.queue, sum);
      const lag = lagOf(each);
      sum.lag += lag;
      sum.stalledMs = Math.max(sum.stalledMs, this.#stalledMs(stage, each, { lag, nowMs }));
    }
    return [...queues].map(([lane, sum]) => ({ stage, lane, ...sum }));
  }

  #stalledMs(
    stage: StageName,
    each: PartitionProgress,
    { lag, nowMs }: { readonly lag: number; readonly nowMs: number },
  ): number {
    const name = `${stage}/${partitionName(each)}`;
    if (lag === 0) {
      this.#moved.delete(name);
      return 0;
    }
    const position = `${String(each.committed)}+${String(each.finished)}`;
    const before = this.#moved.get(name);
    if (before?.position === position) return nowMs - before.atMs;
    this.#moved.set(name, { position, atMs: nowMs });
    return 0;
  }
}
