import { partitionName } from '@docfleet/domain';
import type { FetchedBatch, LogRecord } from '@docfleet/record-log';
import type { Kafka } from 'kafkajs';
import type { LogLine } from './client.ts';
import { ClusterLink } from './cluster-link.ts';
import { describeError } from './errors.ts';
import { earliestOffset, highWatermark, partitionCount } from './offsets.ts';
import { PartitionFetcher } from './partition-fetcher.ts';
import { pauseFor, settledWithin } from './wait.ts';

/** Interval at which a followed topic is asked for new partitions, in milliseconds. */
const newPartitionsEveryMs = 30_000;

/** Time without progress after which is asked whether retention deleted what is waited for, in milliseconds. */
const progressCheckMs = 5_000;

export interface TopicFollowerOptions {
  readonly kafka: Kafka;
  readonly log: LogLine;
  readonly topic: string;
  /** Default: the beginning. */
  readonly from?: 'beginning' | 'end';
  readonly onRecord: (record: LogRecord) => void;
  readonly signal: AbortSignal;
}

/**
 * Reads a topic from its beginning or its end and follows it; see `RecordLog.follow`. Partitions are read independently: one
 * without a leader is waited for, and holds no other.
 */
export class TopicFollower {
  readonly #options: TopicFollowerOptions;
  readonly #link: ClusterLink;
  readonly #fetcher: PartitionFetcher;
  readonly #positions = new Map<number, bigint>();
  #progress = Promise.withResolvers<undefined>();

  constructor(options: TopicFollowerOptions) {
    const { kafka, log, signal } = options;
    this.#options = options;
    this.#link = new ClusterLink(kafka, log);
    this.#fetcher = new PartitionFetcher({
      kafka,
      log,
      deliver: (batch) => {
        this.#deliver(batch);
      },
    });
    signal.addEventListener('abort', () => void this.close(), { once: true });
  }

  /** Resolves when all records that existed at the call have been delivered. */
  async catchUp(): Promise<void> {
    const known = await this.#countPartitions();
    await Promise.all(Array.from({ length: known }, (_, partition) => this.#catchUpPartition(partition)));
    void this.#watchForPartitions(known).catch(() => undefined);
  }

  async close(): Promise<void> {
    await Promise.all([this.#fetcher.close(), this.#link.close()]);
    this.#progress.resolve(undefined);
  }

  async #catchUpPartition(partition: number): Promise<void> {
    const { topic, from, signal } = this.#options;
    const at = { topic, partition };
    const retrying = { signal, what: `offsets of ${partitionName(at)}` };
    const end = await this.#link.retry((cluster) => highWatermark(cluster, at), retrying);
    let start =
      from === 'end' ? end : await this.#link.retry((cluster) => earliestOffset(cluster, at), retrying);
    this.#fetcher.start(at, 0, start);
    let position = this.#positions.get(partition);
    while (start < end && (position ?? start) < end) {
      await settledWithin(progressCheckMs, this.#progress.promise);
      signal.throwIfAborted();
      const before = position;
      position = this.#positions.get(partition);
      if (position === before)
        start = await this.#link.retry((cluster) => earliestOffset(cluster, at), retrying);
    }
  }

  #deliver({ partition, records, nextOffset }: FetchedBatch): void {
    if (this.#options.signal.aborted) return;
    this.#positions.set(partition, nextOffset);
    for (const record of records) this.#receive(record);
    this.#progress.resolve(undefined);
    this.#progress = Promise.withResolvers<undefined>();
  }

  /** A receiver's failure ends neither the reading of the partition nor that of the others. */
  #receive(record: LogRecord): void {
    const { log, onRecord } = this.#options;
    try {
      onRecord(record);
    } catch (error) {
      log('error', 'The receiver of a followed record failed; the record is passed over', {
        topic: record.topic,
        partition: record.partition,
        offset: String(record.offset),
        error: describeError(error),
      });
    }
  }

  #countPartitions(): Promise<number> {
    const { topic, signal } = this.#options;
    return this.#link.retry((cluster) => partitionCount(cluster, topic), {
      signal,
      what: `partition count of ${topic}`,
    });
  }

  async #watchForPartitions(from: number): Promise<void> {
    const { topic, signal } = this.#options;
    for (let known = from; !signal.aborted;) {
      await pauseFor(newPartitionsEveryMs, signal);
      for (const count = await this.#countPartitions(); known < count; known += 1)
        this.#fetcher.start({ topic, partition: known }, 0, null);
    }
  }
}
