import type { TopicPartition } from '@docfleet/domain';
import {
  murmur2Partition,
  type GroupListener,
  type GroupMember,
  type LogRecord,
  type LogTransaction,
  type OutgoingRecord,
  type RecordLog,
} from '@docfleet/record-log';
import type { Broker } from './broker.ts';
import { MemoryMember } from './memory-member.ts';
import type { PartitionLog } from './partition-log.ts';
import type { Process } from './process.ts';
import { Tail } from './tail.ts';
import type { Addressed } from './transact.ts';

export interface MemoryRecordLogOptions {
  readonly broker: Broker;
  readonly process: Process;
  readonly clusterId: string;
  /** Called with every member, for the injection of faults. */
  readonly onMember: (member: MemoryMember) => void;
}

/** Time after which a write to unavailable brokers fails, in milliseconds. */
const requestTimeoutMs = 30_000;

/** The log for one simulated process. */
export class MemoryRecordLog implements RecordLog {
  readonly #options: MemoryRecordLogOptions;
  readonly #members: MemoryMember[] = [];
  readonly #followed: Tail[] = [];
  /** Next partition of records without a key, by topic. */
  readonly #nextPartitions = new Map<string, number>();
  #produced: Promise<unknown> = Promise.resolve();

  constructor(options: MemoryRecordLogOptions) {
    this.#options = options;
  }

  async join(options: {
    readonly group: string;
    readonly topics: readonly (readonly string[])[];
    readonly listener: GroupListener;
  }): Promise<GroupMember> {
    const { broker, process, onMember } = this.#options;
    for (const topic of options.topics.flat()) broker.topics.logsOf(topic);
    const address = (transaction: LogTransaction): Addressed[] => this.#address(transaction.records);
    const member = new MemoryMember({ broker, process, address, ...options });
    this.#members.push(member);
    onMember(member);
    return await member.join();
  }

  follow({
    topic,
    from = 'beginning',
    onRecord,
    signal,
  }: {
    readonly topic: string;
    readonly from?: 'beginning' | 'end';
    readonly onRecord: (record: LogRecord) => void;
    readonly signal: AbortSignal;
  }): Promise<void> {
    const { broker, process } = this.#options;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const behind = new Map(broker.topics.logsOf(topic).map((log) => [log, BigInt(log.end)]));
      const tails: Tail[] = [];
      const reached = (log: PartitionLog, offset: bigint): void => {
        if (offset >= (behind.get(log) ?? 0n)) behind.delete(log);
        if (behind.size === 0) resolve();
      };
      const stop = (): void => {
        for (const tail of tails) tail.stop();
        reject(reasonOf(signal));
      };
      signal.addEventListener('abort', stop, { once: true });
      for (const log of broker.topics.logsOf(topic)) {
        const deliver = (records: readonly LogRecord[], nextOffset: bigint): void => {
          for (const record of records) onRecord(record);
          reached(log, nextOffset);
        };
        const { network, maxFetchRecords: maxRecords } = broker;
        const start = from === 'end' ? BigInt(log.end) : null;
        tails.push(new Tail({ log, from: start, network, process, maxRecords, deliver }));
      }
      this.#followed.push(...tails);
      broker.network.send(() => {
        process.run(() => {
          for (const [log, end] of [...behind]) reached(log, from === 'end' ? end : 0n);
        });
      });
    });
  }

  readRange({
    at,
    from,
    to,
    signal,
  }: {
    readonly at: TopicPartition;
    readonly from: bigint;
    readonly to: bigint;
    readonly signal: AbortSignal;
  }): Promise<readonly LogRecord[]> {
    const { broker, process } = this.#options;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const log = broker.topics.logAt(at);
      let unwatch = (): void => undefined;
      signal.addEventListener(
        'abort',
        () => {
          unwatch();
          reject(reasonOf(signal));
        },
        { once: true },
      );
      const answerWhenStable = (): void => {
        if (from < to && log.stable < to) return;
        unwatch();
        broker.network.send(() => {
          const { records } = log.read(Number(from), Infinity, Math.min(Number(to), log.stable));
          process.run(() => {
            resolve(records);
          });
        });
      };
      broker.network.send(() => {
        unwatch = log.watch(answerWhenStable);
        answerWhenStable();
      });
    });
  }

  async endOffset(at: TopicPartition): Promise<bigint> {
    const { broker, process } = this.#options;
    const log = broker.topics.logAt(at);
    return await broker.network.call<bigint>(process, (reply) => {
      reply.with(BigInt(log.end));
    });
  }

  partitionOf(topic: string, key: Buffer): Promise<number> {
    return Promise.resolve(murmur2Partition(key, this.#options.broker.topics.partitionCount(topic)));
  }

  async topicNames(): Promise<readonly string[]> {
    const { broker, process } = this.#options;
    return await broker.network.call<readonly string[]>(process, (reply) => {
      reply.with(broker.topics.names());
    });
  }

  clusterId(): Promise<string> {
    return Promise.resolve(this.#options.clusterId);
  }

  async produce(records: readonly OutgoingRecord[]): Promise<void> {
    const { broker, process } = this.#options;
    const addressed = this.#address(records);
    const write = (): Promise<undefined> =>
      broker.network.call<undefined>(
        process,
        (reply) => {
          for (const { log, record } of addressed) log.append(record, broker.clock.now(), null);
          reply.with(undefined);
        },
        requestTimeoutMs,
      );
    const written = this.#produced.then(write, write);
    this.#produced = written;
    await written;
  }

  async close(): Promise<void> {
    for (const tail of this.#followed) tail.stop();
    await Promise.all(this.#members.map((member) => member.leave()));
  }

  #address(records: readonly OutgoingRecord[]): Addressed[] {
    const { topics } = this.#options.broker;
    return records.map((record) => {
      const partition = record.partition ?? this.#choosePartition(record);
      return { log: topics.logAt({ topic: record.topic, partition }), record };
    });
  }

  #choosePartition({ topic, key }: OutgoingRecord): number {
    const count = this.#options.broker.topics.partitionCount(topic);
    if (key !== null) return murmur2Partition(key, count);
    const next = this.#nextPartitions.get(topic) ?? Math.floor(this.#options.broker.random() * count);
    this.#nextPartitions.set(topic, next + 1);
    return next % count;
  }
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('aborted');
}
