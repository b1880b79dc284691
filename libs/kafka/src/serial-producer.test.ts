import type { OutgoingRecord } from '@docfleet/record-log';
import type { Kafka, ProducerBatch, TopicMessages } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { SerialProducer } from './serial-producer.ts';

/** A client whose producers record what they send, and answer when `answer` resolves. */
function fakeKafka(answer: (batch: TopicMessages[], producer: number) => Promise<void>) {
  let producers = 0;
  let sending = 0;
  const seen = { atOnce: 0, batches: [] as TopicMessages[][] };
  const kafka = {
    producer: () => {
      const number = ++producers;
      return {
        connect: () => Promise.resolve(),
        disconnect: () => Promise.resolve(),
        sendBatch: async ({ topicMessages = [] }: ProducerBatch) => {
          sending += 1;
          seen.atOnce = Math.max(seen.atOnce, sending);
          seen.batches.push(topicMessages);
          await answer(topicMessages, number).finally(() => (sending -= 1));
        },
      };
    },
  } as unknown as Kafka;
  return { kafka, seen };
}

const record = (text: string, partition = 0): OutgoingRecord => ({
  topic: 't',
  partition,
  key: null,
  value: Buffer.from(text),
  headers: {},
});

const textsOf = (batches: readonly TopicMessages[][]): string[][] =>
  batches.map((batch) => batch.flatMap(({ messages }) => messages.map(({ value }) => String(value))));

describe('SerialProducer', () => {
  it('sends one batch to one partition at a time, also for concurrent callers', async () => {
    const { kafka, seen } = fakeKafka(() => new Promise((resolve) => setImmediate(resolve)));
    const producer = new SerialProducer(kafka, () => Promise.resolve(0));
    await Promise.all([
      producer.produce([record('a'), record('b', 1), record('c')]),
      producer.produce([record('d')]),
      producer.produce([record('e', 2)]),
    ]);
    expect(seen.atOnce).toBe(1);
    expect(textsOf(seen.batches)).toEqual([['a', 'c'], ['b'], ['d'], ['e']]);
  });

  it('continues with a new producer after a failure', async () => {
    const { kafka, seen } = fakeKafka((_, number) =>
      number === 1 ? Promise.reject(new Error('connection lost')) : Promise.resolve(),
    );
    const producer = new SerialProducer(kafka, () => Promise.resolve(0));
    await expect(producer.produce([record('a')])).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await producer.produce([record('b')]);
    expect(textsOf(seen.batches)).toEqual([['a'], ['b']]);
  });
});
