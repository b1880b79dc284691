import { partitionName, type TopicPartition, withTimeout } from '@docfleet/domain';
import {
  type CommittedPosition,
  type LogTransaction,
  maxMetadataBytes,
  TransactionError,
} from '@docfleet/record-log';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka, Offsets, Producer, Transaction } from 'kafkajs';
import type { LogLine } from './client.ts';
import type { ClusterLink } from './cluster-link.ts';
import { describeError, isFenced, isProtocolError } from './errors.ts';
import { Mutex } from './mutex.ts';
import { committedOffset } from './offsets.ts';
import { chunksOf, javaPartitioner, toTopicMessages } from './outgoing.ts';
import { backoffMs, pauseFor, settledWithin } from './wait.ts';

/** Age at which the broker aborts a transaction. Longer than a session: such a member has lost its membership too. */
const transactionTimeoutMs = 60_000;
/** Time after which a transaction counts as in doubt, well before the broker aborts it, in milliseconds. */
const deadlineMs = 20_000;
/** Approximate time in which the markers of a transaction are written, in milliseconds. */
const markerMs = 5;
/** Partitions that are initialised concurrently: each opens connections. */
const openAtOnce = 8;

/** The producer of an input partition, initialised in an epoch. */
interface Owner {
  readonly epoch: number;
  readonly producer: Producer;
  readonly mutex: Mutex;
}

/**
 * One transactional producer for each input partition of a member. A producer that failed once is replaced: kafkajs
 * leaves it in a state from which it does not recover.
 */
export class PartitionTransactions {
  readonly #kafka: Kafka;
  readonly #link: ClusterLink;
  readonly #group: string;
  readonly #log: LogLine;
  /** Aborted when the epoch has ended. */
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

  /** One call at a time for each partition: the later one would fence the producer of the earlier. */
  open(at: TopicPartition, epoch: number): Promise<CommittedPosition> {
    const key = partitionName(at);
    const mutex = this.#opening.get(key) ?? new Mutex();
    this.#opening.set(key, mutex);
    return mutex.run(() => this.#open(at, key, epoch));
  }

  async #open(at: TopicPartition, key: string, epoch: number): Promise<CommittedPosition> {
    const signal = this.#signalOf(epoch);
    this.#drop(this.#owners.get(key), key);
    for (;;) {
      // Backs off after a failed transaction: otherwise it would retry without pause while a leader is elected.
      const failures = this.#failures.get(key) ?? 0;
      if (failures > 1) await pauseFor(backoffMs(failures - 1), signal);
      throwIfEnded(signal);
      const producer = this.#createProducer(at);
      try {
        const committed = await this.#withOpeningSlot(() => this.#initialise(producer, at, signal));
        this.#owners.set(key, { epoch, producer, mutex: new Mutex() });
        return committed;
      } catch (error) {
        void producer.disconnect().catch(() => undefined);
        throwIfEnded(signal);
        this.#failures.set(key, failures + 1);
        if (failures % 10 === 3) {
          const { topic, partition } = at;
          this.#log('warn', 'Partition could not be opened, retrying', {
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
      throw new RangeError(`Offset metadata is longer than ${maxMetadataBytes} bytes`);
    }
    const key = partitionName(at);
    throwIfEnded(this.#signalOf(epoch));
    const owner = this.#owners.get(key);
    if (owner?.epoch !== epoch)
      throw new TransactionError('in-doubt', { cause: new Error('The partition is not open in this epoch') });
    await owner.mutex.run(async () => {
      if (this.#owners.get(key) !== owner) throw new TransactionError('in-doubt');
      try {
        await withTimeout(this.#commit(owner, at, transaction), deadlineMs);
        this.#failures.delete(key);
      } catch (error) {
        this.#drop(owner, key);
        this.#failures.set(key, (this.#failures.get(key) ?? 0) + 1);
        if (error instanceof TransactionError) throw error;
        throw new TransactionError(isFenced(error) ? 'fenced' : 'in-doubt', { cause: error });
      }
    });
  }

  /** Closes the producers of partitions that are no longer assigned. Their open transactions fail. */
  retain(partitions: readonly TopicPartition[]): void {
    const assigned = new Set(partitions.map(partitionName));
    for (const [key, owner] of this.#owners) if (!assigned.has(key)) this.#drop(owner, key);
  }

  async close(): Promise<void> {
    const owners = [...this.#owners.values()];
    this.#owners.clear();
    await Promise.all(
      owners.map(async ({ mutex, producer }) => {
        await settledWithin(5_000, mutex.idle());
        await settledWithin(2_000, producer.disconnect());
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
      // No retry inside a transaction: with several brokers kafkajs repeats the send to those that have not answered
      // yet, with new sequence numbers, which duplicates records. 0 is refused, NaN means never.
      retry: { retries: Number.NaN },
    });
  }

  /** Initialising aborts the transaction of the previous owner and fences it; only then is the committed offset final. */
  async #initialise(producer: Producer, at: TopicPartition, signal: AbortSignal): Promise<CommittedPosition> {
    throwIfEnded(signal);
    await producer.connect();
    const empty = await producer.transaction();
    await empty.abort();
    return this.#link.retry((cluster) => committedOffset(cluster, this.#group, at), {
      signal,
      what: `committed offset of ${partitionName(at)}`,
    });
  }

  async #commit({ producer, epoch }: Owner, at: TopicPartition, transaction: LogTransaction): Promise<void> {
    const begun = await producer.transaction();
    // The offset is sent first. The first request of a transaction is refused while markers of the previous one are
    // written; the offset can be sent again, while repeated records could be written twice.
    await this.#sendOffset(begun, at, transaction);
    for (const chunk of chunksOf(transaction.records)) {
      await begun.sendBatch({ topicMessages: toTopicMessages(chunk) });
    }
    if (this.#signalOf(epoch).aborted) await begun.abort();
    throwIfEnded(this.#signalOf(epoch));
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

  #withOpeningSlot<T>(action: () => Promise<T>): Promise<T> {
    const opening = this.#openings[this.#nextOpening++ % openAtOnce];
    return opening === undefined ? action() : opening.run(action);
  }

  #drop(owner: Owner | undefined, key: string): void {
    if (owner === undefined) return;
    if (this.#owners.get(key) === owner) this.#owners.delete(key);
    void owner.mutex.idle().then(() => owner.producer.disconnect().catch(() => undefined));
  }
}

/** A caller with an ended epoch has lost the partition, whatever the broker would answer. */
function throwIfEnded(epoch: AbortSignal): void {
  if (epoch.aborted) throw new TransactionError('fenced', { cause: epoch.reason });
}

/** kafkajs sends the metadata, although its type of transactional offsets omits it. */
function offsetOf(at: TopicPartition, { offset, metadata }: LogTransaction): Offsets['topics'][number] {
  const partition = { partition: at.partition, offset: String(offset), metadata };
  return { topic: at.topic, partitions: [partition] };
}
