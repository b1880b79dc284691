import { randomUUID } from 'node:crypto';
import { endpoints, type LogHarness } from '@docfleet/testing';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { openKafkaAdmin, openKafkaLog } from '../src/index.ts';
import { javaPartitioner, toTopicMessages } from '../src/outgoing.ts';

/** The broker that `npm test` starts, or that a custom endpoints file names. */
export function testBroker(): string {
  return endpoints().broker;
}

export const testSessionTimeoutMs = 6_000;

/** A plain client, for what the port does not offer. */
export function plainClient(): Kafka {
  return new Kafka({
    clientId: 'harness',
    brokers: [testBroker()],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, retries: 8 },
  });
}

export function kafkaHarness(): LogHarness {
  const brokers = [testBroker()];
  const admin = openKafkaAdmin({ brokers, clientId: 'harness' });
  const kafka = plainClient();
  const topics: string[] = [];
  const producers: Producer[] = [];
  return {
    createTopic: async (label, partitions) => {
      const name = `${label}-${randomUUID()}`;
      topics.push(name);
      await admin.apply(await admin.plan([{ name, partitions, config: {} }]), 1);
      return name;
    },
    log: (clientId) => openKafkaLog({ brokers, clientId, sessionTimeoutMs: testSessionTimeoutMs }),
    beginTransaction: async ({ transactionalId, records, offset }) => {
      const producer = kafka.producer({
        transactionalId,
        idempotent: true,
        maxInFlightRequests: 1,
        createPartitioner: javaPartitioner,
      });
      producers.push(producer);
      await producer.connect();
      const begun = await producer.transaction();
      await begun.sendBatch({ topicMessages: toTopicMessages(records) });
      if (offset !== undefined) {
        const partition = {
          partition: offset.at.partition,
          offset: String(offset.offset),
          metadata: offset.metadata,
        };
        await begun.sendOffsets({
          consumerGroupId: offset.group,
          topics: [{ topic: offset.at.topic, partitions: [partition] }],
        });
      }
      return { commit: () => begun.commit(), abort: () => begun.abort() };
    },
    close: async () => {
      await Promise.all(producers.map((producer) => producer.disconnect()));
      if (topics.length > 0) await admin.deleteTopics(topics);
      await admin.close();
    },
  };
}
