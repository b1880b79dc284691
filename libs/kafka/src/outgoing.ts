import { murmur2Partition, type OutgoingRecord } from '@docfleet/record-log';
import type { ICustomPartitioner, TopicMessages } from 'kafkajs';

/** Bytes of keys and values in one batch; a broker accepts 1 MiB. */
const chunkBytes = 512 * 1024;

/** Splits records, in order, into chunks that fit into one batch. */
export function chunksOf(records: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const chunks: OutgoingRecord[][] = [];
  let remainingBytes = 0;
  for (const record of records) {
    const bytes = (record.value?.length ?? 0) + (record.key?.length ?? 0);
    const chunk = chunks.at(-1);
    if (chunk === undefined || bytes > remainingBytes) {
      chunks.push([record]);
      remainingBytes = chunkBytes - bytes;
    } else {
      chunk.push(record);
      remainingBytes -= bytes;
    }
  }
  return chunks;
}

/** Records by topic, in their order. */
export function toTopicMessages(records: readonly OutgoingRecord[]): TopicMessages[] {
  const byTopic = Map.groupBy(records, ({ topic }) => topic);
  return [...byTopic].map(([topic, own]) => ({
    topic,
    messages: own.map(({ partition, key, value, headers }) => ({
      key,
      value,
      headers: { ...headers },
      ...(partition !== undefined && { partition }),
    })),
  }));
}

/** The partition of the record, else that of its key; a record with neither goes to partition 0, not to a random one. */
export const javaPartitioner: ICustomPartitioner =
  () =>
  ({ message, partitionMetadata }) => {
    if (message.partition !== undefined) return message.partition;
    if (message.key === null || message.key === undefined) return 0;
    return murmur2Partition(Buffer.from(message.key), partitionMetadata.length);
  };
