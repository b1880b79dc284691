import { FailureError, partitionName } from '@docfleet/domain';
import { type OutgoingRecord } from '@docfleet/record-log';
import type { Kafka, Producer } from 'kafkajs';
import { isProtocolError } from './errors.ts';
import { Mutex } from './mutex.ts';
import { chunksOf, javaPartitioner, toTopicMessages } from './outgoing.ts';

/**
 * An idempotent producer that sends one batch to one partition at a time. Concurrent sends reuse sequence numbers
 * when a leader dies, and a send to several brokers is repeated to those that have not answered: both lose or duplicate
 * acknowledged records.
 */
export class SerialProducer {
  readonly #kafka: Kafka;
  readonly #partitionOf: (record: OutgoingRecord) => Promise<number>;
  readonly #mutex = new Mutex();
  #producer: Promise<Producer> | undefined;

  /** `partitionOf` chooses the partition of a record that has none. */
  constructor(kafka: Kafka, partitionOf: (record: OutgoingRecord) => Promise<number>) {
    this.#kafka = kafka;
    this.#partitionOf = partitionOf;
  }

  /**
   * Resolves when all in-sync replicas have all records.
   *
   * @throws FailureError `BROKER_UNAVAILABLE` when that could not be confirmed, `RECORD_TOO_LARGE` for a record above the limit
   */
  produce(records: readonly OutgoingRecord[]): Promise<void> {
    return this.#mutex.run(async () => {
      try {
        await this.#send(records);
      } catch (error) {
        // The next sequence number would be that of the failed batch, which may be in the log: a broker would
        // treat the next record as a duplicate and drop it. So every failure ends the producer.
        this.#drop();
        const tooLarge = isProtocolError(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE');
        throw new FailureError(tooLarge ? 'RECORD_TOO_LARGE' : 'BROKER_UNAVAILABLE', {}, { cause: error });
      }
    });
  }

  async close(): Promise<void> {
    await this.#mutex.idle();
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.then((open) => open.disconnect()).catch(() => undefined);
  }

  async #send(records: readonly OutgoingRecord[]): Promise<void> {
    const placed = await Promise.all(
      records.map(async (record) => ({
        ...record,
        partition: record.partition ?? (await this.#partitionOf(record)),
      })),
    );
    const producer = await this.#connected();
    const byPartition = Map.groupBy(placed, partitionName);
    for (const own of byPartition.values()) {
      for (const chunk of chunksOf(own))
        await producer.sendBatch({ acks: -1, topicMessages: toTopicMessages(chunk) });
    }
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
