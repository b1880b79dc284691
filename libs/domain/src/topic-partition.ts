/** One partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** `topic/partition`: the name of a partition in maps, logs, error messages and the fence. */
export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}/${String(partition)}`;
}
