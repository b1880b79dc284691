import { partitionName, type TopicPartition } from '@docfleet/domain';
import type { FetchedBatch } from '@docfleet/record-log';
import type { Cluster, Kafka } from 'kafkajs';
import type { LogLine } from './client.ts';
import { ClusterLink } from './cluster-link.ts';
import { describeError, partitionOutOfRange } from './errors.ts';
import { fetchFrom, type FetchedPartition } from './fetch.ts';
import { earliestOffset } from './offsets.ts';
import { backoffMs, pauseFor } from './wait.ts';

/** A partition that is being read. A new one takes its place at every `start`, so late answers find nobody. */
interface Reading extends TopicPartition {
  readonly epoch: number;
  /** Undefined until the beginning of the log has been looked up. */
  offset: bigint | undefined;
  paused: boolean;
}

const limits = { maxWaitMs: 500, maxBytes: 4 * 1024 * 1024, maxBytesPerPartition: 256 * 1024 };

/**
 * Reads the partitions a group member was given: one request at a time to each leader, on connections of its own so
 * that heartbeats never wait behind a fetch. kafkajs' own fetch loop is not used: it stops every partition while one
 * is handled, rejoins the group at every change of a leader, and commits the beginning of the log when a position is
 * out of range.
 */
export class PartitionFetcher {
  readonly #link: ClusterLink;
  readonly #log: LogLine;
  readonly #deliver: (batch: FetchedBatch) => void;
  readonly #readings = new Map<string, Reading>();
  readonly #busy = new Set<string>();
  readonly #closed = new AbortController();
  #starting = false;
  #wokenMeanwhile = false;
  #failures = 0;
  #lastRoundMs = performance.now();

  constructor(options: { kafka: Kafka; log: LogLine; deliver: (batch: FetchedBatch) => void }) {
    this.#link = new ClusterLink(options.kafka, options.log);
    this.#log = options.log;
    this.#deliver = options.deliver;
  }

  start(at: TopicPartition, epoch: number, offset: bigint | null): void {
    // Field by field: a caller may name the partition by a whole batch, which must not be kept.
    const { topic, partition } = at;
    this.#readings.set(partitionName(at), {
      topic,
      partition,
      epoch,
      offset: offset ?? undefined,
      paused: false,
    });
    this.#wake();
  }

  pause(at: TopicPartition): void {
    const reading = this.#readings.get(partitionName(at));
    if (reading !== undefined) reading.paused = true;
  }

  resume(at: TopicPartition): void {
    const reading = this.#readings.get(partitionName(at));
    if (reading === undefined) return;
    reading.paused = false;
    this.#wake();
  }

  /** Reads nothing any more until the next `start`. */
  stopAll(): void {
    this.#readings.clear();
  }

  /** Milliseconds since the last round; 0 while there is nothing to read. */
  idleMs(): number {
    return this.#active().length === 0 ? 0 : performance.now() - this.#lastRoundMs;
  }

  async close(): Promise<void> {
    this.stopAll();
    this.#closed.abort();
    await this.#link.close();
  }

  #active(): Reading[] {
    return [...this.#readings.values()].filter(({ paused }) => !paused);
  }

  /** Makes sure that a request is on its way to every leader of a partition that is to be read. */
  #wake(): void {
    this.#wokenMeanwhile = this.#starting;
    if (this.#starting || this.#closed.signal.aborted) return;
    const active = this.#active();
    if (active.length === 0) return;
    this.#starting = true;
    this.#startRounds(active)
      .catch((error: unknown) => this.#recover(error))
      .finally(() => {
        this.#starting = false;
        if (this.#wokenMeanwhile || this.#busy.size === 0) this.#wake();
      });
  }

  async #startRounds(active: readonly Reading[]): Promise<void> {
    if (this.#busy.size === 0) this.#lastRoundMs = performance.now();
    const cluster = await this.#link.connect();
    await cluster.addMultipleTargetTopics([...new Set(active.map(({ topic }) => topic))]);
    await cluster.refreshMetadataIfNecessary();
    for (const [nodeId, readings] of byLeader(cluster, this.#active())) {
      if (this.#busy.has(nodeId)) continue;
      this.#busy.add(nodeId);
      this.#round(cluster, nodeId, readings)
        .catch((error: unknown) => this.#recover(error))
        .finally(() => {
          this.#busy.delete(nodeId);
          this.#wake();
        });
    }
  }

  async #round(cluster: Cluster, nodeId: string, readings: readonly Reading[]): Promise<void> {
    for (const reading of readings.filter(({ offset }) => offset === undefined)) {
      reading.offset = await earliestOffset(cluster, reading);
    }
    const positions = readings.flatMap(({ topic, partition, offset }) =>
      offset === undefined ? [] : [{ topic, partition, offset }],
    );
    const fetched = await fetchFrom(cluster, nodeId, positions, limits).catch((error: unknown) =>
      this.#resetPosition(error, readings),
    );
    this.#failures = 0;
    this.#lastRoundMs = performance.now();
    for (const answer of fetched) {
      this.#accept(
        answer,
        readings.find((each) => each.topic === answer.topic && each.partition === answer.partition),
      );
    }
  }

  /** An answer counts only for the reading that asked, and only while it is not paused: else it is asked for again. */
  #accept(answer: FetchedPartition, reading: Reading | undefined): void {
    if (reading === undefined || reading.paused || this.#readings.get(partitionName(reading)) !== reading)
      return;
    if (answer.nextOffset === reading.offset) return;
    reading.offset = answer.nextOffset;
    this.#deliver({ ...answer, epoch: reading.epoch });
  }

  /** Retention has overtaken the reader, or the log was cut: it goes on at the beginning of what there is. */
  #resetPosition(error: unknown, readings: readonly Reading[]): FetchedPartition[] {
    const at = partitionOutOfRange(error);
    const reading = readings.find(
      ({ topic, partition }) => topic === at?.topic && partition === at.partition,
    );
    if (reading === undefined) throw error;
    this.#log('error', 'the position is out of range: reading from the beginning of the log', {
      topic: reading.topic,
      partition: reading.partition,
      offset: String(reading.offset),
    });
    reading.offset = undefined;
    return [];
  }

  async #recover(error: unknown): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#failures += 1;
    if (this.#failures % 10 === 3) {
      this.#log('warn', 'cannot fetch; still trying', {
        attempt: this.#failures,
        error: describeError(error),
      });
    }
    this.#lastRoundMs = performance.now();
    await this.#link.recover(error);
    await pauseFor(backoffMs(this.#failures), this.#closed.signal);
  }
}

function byLeader(cluster: Cluster, readings: readonly Reading[]): Map<string, Reading[]> {
  const grouped = new Map<string, Reading[]>();
  for (const reading of readings) {
    const leaders = cluster.findLeaderForPartitions(reading.topic, [reading.partition]);
    const [nodeId] = Object.keys(leaders);
    if (nodeId === undefined || nodeId === '-1') throw new Error(`no leader for ${partitionName(reading)}`);
    grouped.set(nodeId, [...(grouped.get(nodeId) ?? []), reading]);
  }
  return grouped;
}
