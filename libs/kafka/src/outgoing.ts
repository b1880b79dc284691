import { murmur2Partition, type OutgoingRecord } from '@docfleet/record-log';
import type { ICustomPartitioner, TopicMessages } from 'kafkajs';

/** Bytes of values and keys sent together: what one partition gets at once must fit a broker's batch limit of 1 MiB. */
const chunkBytes = 512 * 1024;

/** Records in their order, cut so that none of the parts is too large for one batch. */
export function chunksOf(records: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const chunks: OutgoingRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const bytes = record.value.length + (record.key?.length ?? 0);
    const chunk = chunks.at(-1);
    if (chunk === undefined || bytes > room) {
      chunks.push([record]);
      room = chunkBytes - bytes;
    } else {
      chunk.push(record);
      room -= bytes;
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

/** The named partition, else the key's; a record with neither goes to partition 0, so that nothing is left to chance. */
export const javaPartitioner: ICustomPartitioner =
  () =>
  ({ message, partitionMetadata }) => {
    if (message.partition !== undefined) return message.partition;
    if (message.key === null || message.key === undefined) return 0;
    return murmur2Partition(Buffer.from(message.key), partitionMetadata.length);
  };
