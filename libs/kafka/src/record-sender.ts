import { FailureError, partitionName, type FailureCode, type TopicPartition } from '@docfleet/domain';
import { type OutgoingRecord } from '@docfleet/record-log';
import type { Kafka } from 'kafkajs';
import { isProtocolError } from './errors.ts';
import { Mutex } from './mutex.ts';
import { SerialProducer } from './serial-producer.ts';

export interface RecordSenderOptions {
  readonly kafka: Kafka;
  /** Time limit of a call for finding partitions and leaders, in milliseconds. */
  readonly limitMs: number;
  /** Chooses the partition of a record that has none; throws after `limitMs`. */
  readonly partitionOf: (record: OutgoingRecord, limitMs: number) => Promise<number>;
  /** Node id of the partition's leader; throws after `limitMs`. */
  readonly leaderOf: (at: TopicPartition, limitMs: number) => Promise<string>;
  /** Called with the error of a failed send, after which leaders have to be looked up anew. */
  readonly onFailedSend: (error: unknown) => void;
}

type PlacedRecord = OutgoingRecord & TopicPartition;

/** A call that waited longer than its limit for its turn still gets this time to find a leader, in milliseconds. */
const leastLimitMs = 1_000;

/**
 * Writes records outside a group. Turns are taken by topic to choose partitions, by partition to find its leader, and by
 * leader to send: a topic that does not exist, a partition without a leader and a broker that does not answer hold only
 * what needs them. Calls for one topic keep their order.
 */
export class RecordSender {
  readonly #options: RecordSenderOptions;
  readonly #topics = new Map<string, Mutex>();
  readonly #partitions = new Map<string, Mutex>();
  readonly #producers = new Map<string, SerialProducer>();

  constructor(options: RecordSenderOptions) {
    this.#options = options;
  }

  /**
   * Resolves when all in-sync replicas have all records. Nothing is sent when the topic of one of them is not found.
   *
   * @throws FailureError `BROKER_UNAVAILABLE` when that could not be confirmed, `RECORD_TOO_LARGE` for a record above the
   *   limit, `RECORD_INVALID` for one that the broker refuses for what is in it
   */
  async produce(records: readonly OutgoingRecord[]): Promise<void> {
    const deadline = performance.now() + this.#options.limitMs;
    try {
      const topics = [...Map.groupBy(records, ({ topic }) => topic)];
      const placed = await Promise.all(
        topics.map(([topic, own]) =>
          turnOf(this.#topics, topic).run(() =>
            Promise.all(own.map((record) => this.#place(record, deadline))),
          ),
        ),
      );
      for (const own of Map.groupBy(placed.flat(), partitionName).values()) await this.#send(own, deadline);
    } catch (error) {
      throw new FailureError(codeOf(error), {}, { cause: error });
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#topics.values(), ...this.#partitions.values()].map((turn) => turn.idle()));
    await Promise.all([...this.#producers.values()].map((producer) => producer.close()));
  }

  async #place(record: OutgoingRecord, deadline: number): Promise<PlacedRecord> {
    const partition = record.partition ?? (await this.#options.partitionOf(record, limitUntil(deadline)));
    return { ...record, partition };
  }

  /** Sends records of one partition. */
  async #send(records: readonly PlacedRecord[], deadline: number): Promise<void> {
    const [at] = records;
    if (at === undefined) return;
    const { leaderOf, onFailedSend } = this.#options;
    await turnOf(this.#partitions, partitionName(at)).run(async () => {
      const producer = this.#producerOf(await leaderOf(at, limitUntil(deadline)));
      try {
        await producer.send(records);
      } catch (error) {
        onFailedSend(error);
        throw error;
      }
    });
  }

  #producerOf(leader: string): SerialProducer {
    const producer = this.#producers.get(leader) ?? new SerialProducer(this.#options.kafka);
    this.#producers.set(leader, producer);
    return producer;
  }
}

/** A record that the broker refuses for itself is refused at every try; anything else may pass. */
function codeOf(error: unknown): FailureCode {
  if (isProtocolError(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE')) return 'RECORD_TOO_LARGE';
  return isProtocolError(error, 'INVALID_RECORD', 'INVALID_TIMESTAMP')
    ? 'RECORD_INVALID'
    : 'BROKER_UNAVAILABLE';
}

function turnOf(turns: Map<string, Mutex>, name: string): Mutex {
  const turn = turns.get(name) ?? new Mutex();
  turns.set(name, turn);
  return turn;
}

function limitUntil(deadline: number): number {
  return Math.max(deadline - performance.now(), leastLimitMs);
}
