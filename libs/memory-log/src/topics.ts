import type { TopicPartition } from '@docfleet/domain';
import { PartitionLog } from './partition-log.ts';

/** The topics of a cluster. */
export class Topics {
  readonly #logs = new Map<string, readonly PartitionLog[]>();

  create(topic: string, partitionCount: number): void {
    if (this.#logs.has(topic)) throw new Error(`Topic ${topic} already exists`);
    const partitions = Array.from({ length: partitionCount }, (_, partition) => partition);
    this.#logs.set(
      topic,
      partitions.map((partition) => new PartitionLog({ topic, partition })),
    );
  }

  /** Every partition's log, by index. Throws for a topic that does not exist. */
  logsOf(topic: string): readonly PartitionLog[] {
    const logs = this.#logs.get(topic);
    if (logs === undefined) throw new Error(`Topic ${topic} does not exist`);
    return logs;
  }

  /** Throws for a partition that does not exist. */
  logAt({ topic, partition }: TopicPartition): PartitionLog {
    const log = this.logsOf(topic)[partition];
    if (log === undefined) throw new Error(`Topic ${topic} has no partition ${partition}`);
    return log;
  }

  names(): readonly string[] {
    return [...this.#logs.keys()];
  }

  partitionCount(topic: string): number {
    return this.logsOf(topic).length;
  }
}
