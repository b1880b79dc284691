/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** `<topic>/<partition>`: names a partition as a map key, in messages, and as the home of an outcome. */
export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}/${String(partition)}`;
}

/** The partition that `partitionName` named. */
export function parsePartitionName(name: string): TopicPartition {
  const slash = name.lastIndexOf('/');
  return { topic: name.slice(0, slash), partition: Number(name.slice(slash + 1)) };
}
