import { setTimeout as sleep } from 'node:timers/promises';
import { partitionName, type TopicPartition } from '@docfleet/domain';
import {
  maxMetadataBytes,
  TransactionError,
  type CommittedPosition,
  type LogTransaction,
} from '@docfleet/record-log';
import type { Kafka, Offsets, Producer, Transaction } from 'kafkajs';
import type { LogLine } from './client.ts';
import type { ClusterLink } from './cluster-link.ts';
import { describeError, isFenced, isProtocolError } from './errors.ts';
import { Mutex } from './mutex.ts';
import { committedOffset } from './offsets.ts';
import { chunksOf, javaPartitioner, toTopicMessages } from './outgoing.ts';
import { atMost, backoffMs, pauseFor, within } from './wait.ts';

/** The broker ends a transaction that is older. Longer than a session: who is that late has lost its membership too. */
const transactionTimeoutMs = 60_000;
/** After this long we take a transaction for doubtful ourselves, well before the broker ends it. */
const deadlineMs = 20_000;
/** How long markers of a transaction take to be written, about. */
const markerMs = 5;
/** How many partitions are initialised at a time: each opens connections. */
const openAtOnce = 8;

/** The producer of an input partition, initialised in an epoch. */
interface Owner {
  readonly epoch: number;
  readonly producer: Producer;
  readonly turn: Mutex;
}

/**
 * One transactional producer for each input partition of a member. A producer that has failed once is thrown away:
 * kafkajs leaves it in a state it cannot leave.
 */
export class PartitionTransactions {
  readonly #kafka: Kafka;
  readonly #link: ClusterLink;
  readonly #group: string;
  readonly #log: LogLine;
  /** Aborted when the epoch has passed. */
  readonly #signalOf: (epoch: number) => AbortSignal;
  readonly #owners = new Map<string, Owner>();
  readonly #failures = new Map<string, number>();
  readonly #opening = new Map<string, Mutex>();
  readonly #openings = Array.from({ length: openAtOnce }, () => new Mutex());
  #nextOpening = 0;

  constructor(options: {
    kafka: Kafka;
    link: ClusterLink;
    group: string;
    log: LogLine;
    signalOf: (epoch: number) => AbortSignal;
  }) {
    this.#kafka = options.kafka;
    this.#link = options.link;
    this.#group = options.group;
    this.#log = options.log;
    this.#signalOf = options.signalOf;
  }

  /** One at a time for each partition: the later one would fence the producer of the earlier. */
  open(at: TopicPartition, epoch: number): Promise<CommittedPosition> {
    const key = partitionName(at);
    const turn = this.#opening.get(key) ?? new Mutex();
    this.#opening.set(key, turn);
    return turn.run(() => this.#open(at, key, epoch));
  }

  async #open(at: TopicPartition, key: string, epoch: number): Promise<CommittedPosition> {
    const signal = this.#signalOf(epoch);
    this.#drop(this.#owners.get(key), key);
    for (;;) {
      // A partition whose last step failed waits a moment: else it would turn at full speed while a leader is elected.
      const failures = this.#failures.get(key) ?? 0;
      if (failures > 1) await pauseFor(backoffMs(failures - 1), signal);
      refusePassed(signal);
      const producer = this.#createProducer(at);
      try {
        const committed = await this.#inTurn(() => this.#initialise(producer, at, signal));
        this.#owners.set(key, { epoch, producer, turn: new Mutex() });
        return committed;
      } catch (error) {
        void producer.disconnect().catch(() => undefined);
        refusePassed(signal);
        this.#failures.set(key, failures + 1);
        if (failures % 10 === 3) {
          const { topic, partition } = at;
          this.#log('warn', 'cannot take a partition over; still trying', {
            topic,
            partition,
            error: describeError(error),
          });
        }
      }
    }
  }

  async transact(at: TopicPartition, epoch: number, transaction: LogTransaction): Promise<void> {
    if (Buffer.byteLength(transaction.metadata) > maxMetadataBytes) {
      throw new RangeError(`offset metadata is longer than ${maxMetadataBytes} bytes`);
    }
    const key = partitionName(at);
    refusePassed(this.#signalOf(epoch));
    const owner = this.#owners.get(key);
    if (owner?.epoch !== epoch)
      throw new TransactionError('in-doubt', { cause: new Error('not open in this epoch') });
    await owner.turn.run(async () => {
      if (this.#owners.get(key) !== owner) throw new TransactionError('in-doubt');
      try {
        await within(deadlineMs, this.#commit(owner, at, transaction));
        this.#failures.delete(key);
      } catch (error) {
        this.#drop(owner, key);
        this.#failures.set(key, (this.#failures.get(key) ?? 0) + 1);
        if (error instanceof TransactionError) throw error;
        throw new TransactionError(isFenced(error) ? 'fenced' : 'in-doubt', { cause: error });
      }
    });
  }

  /** Closes the producers of partitions that are no longer this member's. Their open transactions fail. */
  retain(partitions: readonly TopicPartition[]): void {
    const kept = new Set(partitions.map(partitionName));
    for (const [key, owner] of this.#owners) if (!kept.has(key)) this.#drop(owner, key);
  }

  async close(): Promise<void> {
    const owners = [...this.#owners.values()];
    this.#owners.clear();
    await Promise.all(
      owners.map(async ({ turn, producer }) => {
        await atMost(5_000, turn.idle());
        await atMost(2_000, producer.disconnect());
      }),
    );
  }

  #createProducer(at: TopicPartition): Producer {
    return this.#kafka.producer({
      transactionalId: `${this.#group}.${at.topic}.${at.partition}`,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: transactionTimeoutMs,
      allowAutoTopicCreation: false,
      createPartitioner: javaPartitioner,
      // Never a second try inside a transaction. With several brokers kafkajs sends again to those that have not
      // answered yet, under new sequence numbers: twice the record in one transaction. 0 is refused, NaN means never.
      retry: { retries: Number.NaN },
    });
  }

  /** Initialising ends and fences the previous owner's transaction; only then is the committed offset the truth. */
  async #initialise(producer: Producer, at: TopicPartition, signal: AbortSignal): Promise<CommittedPosition> {
    refusePassed(signal);
    await producer.connect();
    const empty = await producer.transaction();
    await empty.abort();
    return this.#link.retry((cluster) => committedOffset(cluster, this.#group, at), {
      signal,
      what: 'reading the committed offset',
    });
  }

  async #commit({ producer, epoch }: Owner, at: TopicPartition, transaction: LogTransaction): Promise<void> {
    const begun = await producer.transaction();
    // The offset goes first on the wire. What a transaction begins with is refused while the markers of the one before
    // are still being written; the offset can simply be sent again, records could end up in the log twice.
    await this.#sendOffset(begun, at, transaction);
    for (const chunk of chunksOf(transaction.records)) {
      await begun.sendBatch({ topicMessages: toTopicMessages(chunk) });
    }
    if (this.#signalOf(epoch).aborted) await begun.abort();
    refusePassed(this.#signalOf(epoch));
    await begun.commit();
  }

  async #sendOffset(begun: Transaction, at: TopicPartition, transaction: LogTransaction): Promise<void> {
    const offsets = { consumerGroupId: this.#group, topics: [offsetOf(at, transaction)] };
    const deadline = performance.now() + deadlineMs;
    for (;;) {
      try {
        await begun.sendOffsets(offsets);
        return;
      } catch (error) {
        if (!isProtocolError(error, 'CONCURRENT_TRANSACTIONS') || performance.now() > deadline) throw error;
        await sleep(markerMs);
      }
    }
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const opening = this.#openings[this.#nextOpening++ % openAtOnce];
    return opening === undefined ? action() : opening.run(action);
  }

  #drop(owner: Owner | undefined, key: string): void {
    if (owner === undefined) return;
    if (this.#owners.get(key) === owner) this.#owners.delete(key);
    void owner.turn.idle().then(() => owner.producer.disconnect().catch(() => undefined));
  }
}

/** Who comes with an epoch that has passed has lost the partition, whatever the broker would say. */
function refusePassed(epoch: AbortSignal): void {
  if (epoch.aborted) throw new TransactionError('fenced', { cause: epoch.reason });
}

/** kafkajs sends the metadata, though its type of transactional offsets leaves it out. */
function offsetOf(at: TopicPartition, { offset, metadata }: LogTransaction): Offsets['topics'][number] {
  const partition = { partition: at.partition, offset: String(offset), metadata };
  return { topic: at.topic, partitions: [partition] };
}
