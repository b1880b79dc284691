import { openRegistryCodec } from '@docfleet/registry';
import type { Endpoints } from '@docfleet/stack';
import kafkajs from 'kafkajs';
import { damagedBytes, type FuzzedRecord } from './fuzzed-record.ts';

const { Kafka, KafkaJSProtocolError, logLevel } = kafkajs;

/** Whether the broker took the record, or refused it as too large. */
export type RecordAnswer = 'taken' | 'refused';

export interface RecordSender {
  send(record: FuzzedRecord): Promise<RecordAnswer>;
  close(): Promise<void>;
}

/** The producer of the fuzzing tenant: a stock one, whose batches are compressed now and then. */
export async function openRecordSender(endpoints: Endpoints): Promise<RecordSender> {
  const kafka = new Kafka({
    clientId: 'fuzzing-tenant',
    brokers: endpoints.broker.split(','),
    logLevel: logLevel.NOTHING,
  });
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  const codec = openRegistryCodec({ url: endpoints.registry });
  await producer.connect();
  return {
    async send({ lane, value, damage, key, headers }) {
      const bytes = damagedBytes(await codec.encode('documents.normal', value), damage);
      const compression = key === 'c' ? kafkajs.CompressionTypes.GZIP : kafkajs.CompressionTypes.None;
      try {
        await producer.send({
          topic: `documents.${lane}`,
          compression,
          messages: [{ key, value: bytes, headers }],
        });
        return 'taken';
      } catch (error) {
        if (error instanceof KafkaJSProtocolError && error.type === 'MESSAGE_TOO_LARGE') return 'refused';
        throw error;
      }
    },
    close: () => producer.disconnect(),
  };
}
