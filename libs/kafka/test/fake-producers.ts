import type { Kafka, ProducerBatch, TopicMessages } from 'kafkajs';

/** A client whose producers record what they send, and answer when `answer` resolves. */
export function fakeProducers(answer: (batch: TopicMessages[], producer: number) => Promise<void>) {
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

/** The texts of each batch. */
export function textsOf(batches: readonly TopicMessages[][]): string[][] {
  return batches.map((batch) => batch.flatMap(({ messages }) => messages.map(({ value }) => String(value))));
}
