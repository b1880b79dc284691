import { partitionName, type TopicPartition } from '@docfleet/domain';
import type { Kafka } from 'kafkajs';

interface FetchRequest {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
  }[];
}

/** An error of a broker as kafkajs throws it. */
export function protocolError(type: string): Error {
  return Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type });
}

export function connectionError(): Error {
  return Object.assign(new Error('closed'), { name: 'KafkaJSConnectionClosedError' });
}

/**
 * A cluster as the fetcher sees it: every partition has an endless log, and is led by the broker that `leaders` names
 * (default: `1`). `fails` holds errors of partitions, `topicFails` of topics, `brokerFails` of brokers.
 */
export function fakeCluster() {
  const leaders = new Map<string, string>();
  const fails = new Map<string, () => Error>();
  const topicFails = new Map<string, () => Error>();
  const brokerFails = new Map<string, () => Error>();
  const requests: string[] = [];
  const fail = (error: Error | undefined): void => {
    if (error !== undefined) throw error;
  };
  const brokerOf = (nodeId: string) => ({
    fetch: async ({ topics }: FetchRequest) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      fail(brokerFails.get(nodeId)?.());
      const places = topics.flatMap(({ topic, partitions }) =>
        partitions.map((each) => ({ topic, ...each })),
      );
      requests.push(places.map(partitionName).join(' '));
      for (const place of places) fail(fails.get(partitionName(place))?.());
      return {
        responses: places.map((place) => ({
          topicName: place.topic,
          partitions: [answerOf(place.partition, Number(place.fetchOffset))],
        })),
      };
    },
    listOffsets: () => Promise.resolve({ responses: [{ partitions: [{ offset: '0' }] }] }),
  });
  const cluster = {
    refreshMetadata: () => Promise.resolve(),
    refreshMetadataIfNecessary: () => Promise.resolve(),
    addTargetTopic: async (topic: string) => {
      await Promise.resolve();
      fail(topicFails.get(topic)?.());
    },
    findLeaderForPartitions: (topic: string, [partition = 0]: readonly number[]) => ({
      [leaders.get(partitionName({ topic, partition })) ?? '1']: [partition],
    }),
    findBroker: ({ nodeId }: { nodeId: string }) => Promise.resolve(brokerOf(nodeId)),
  };
  const kafka = {
    consumer: ({ partitionAssigners }: { partitionAssigners: ((parts: object) => unknown)[] }) => {
      partitionAssigners.forEach((assigner) => assigner({ cluster }));
      return { connect: () => Promise.resolve(), disconnect: () => Promise.resolve() };
    },
  } as unknown as Kafka;
  const named = (map: Map<string, unknown>, at: TopicPartition): boolean => map.delete(partitionName(at));
  return {
    kafka,
    leaders,
    fails,
    topicFails,
    brokerFails,
    requests,
    recovers: (at: TopicPartition) => named(fails, at),
  };
}

function answerOf(partition: number, offset: number) {
  const batchContext = {
    firstOffset: String(offset),
    lastOffsetDelta: 0,
    producerId: '-1',
    inTransaction: false,
  };
  const message = { offset: String(offset), timestamp: '0', key: null, value: Buffer.from('v'), headers: {} };
  return {
    partition,
    lastStableOffset: String(offset + 1),
    abortedTransactions: [],
    messages: [{ ...message, isControlRecord: false, batchContext }],
  };
}
