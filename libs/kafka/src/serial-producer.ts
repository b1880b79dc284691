import { type OutgoingRecord } from '@docfleet/record-log';
import type { Kafka, Producer } from 'kafkajs';
import { Mutex } from './mutex.ts';
import { chunksOf, javaPartitioner, toTopicMessages } from './outgoing.ts';

/**
 * An idempotent producer that sends one batch to one partition at a time. Concurrent sends reuse sequence numbers
 * when a leader dies, and a send to several brokers is repeated to those that have not answered: both lose or duplicate
 * acknowledged records.
 */
export class SerialProducer {
  readonly #kafka: Kafka;
  readonly #mutex = new Mutex();
  #producer: Promise<Producer> | undefined;

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  /** Sends records of one partition; resolves when all in-sync replicas have them. */
  send(records: readonly OutgoingRecord[]): Promise<void> {
    return this.#mutex.run(async () => {
      try {
        const producer = await this.#connected();
        for (const chunk of chunksOf(records))
          await producer.sendBatch({ acks: -1, topicMessages: toTopicMessages(chunk) });
      } catch (error) {
        // The next sequence number would be that of the failed batch, which may be in the log: a broker would
        // treat the next record as a duplicate and drop it. So every failure ends the producer.
        this.#drop();
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#mutex.idle();
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.then((open) => open.disconnect()).catch(() => undefined);
  }

  #connected(): Promise<Producer> {
    this.#producer ??= this.#connect();
    return this.#producer;
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: javaPartitioner,
      // Long enough for the election of a leader.
      retry: { retries: 50, initialRetryTime: 50, maxRetryTime: 1_000 },
    });
    await producer.connect();
    return producer;
  }

  #drop(): void {
    void this.#producer?.then((open) => open.disconnect()).catch(() => undefined);
    this.#producer = undefined;
  }
}
