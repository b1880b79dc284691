import { partitionName, type TopicPartition } from '@docfleet/domain';
import { type FetchedBatch } from '@docfleet/record-log';
import type { Cluster, Kafka } from 'kafkajs';
import type { LogLine } from './client.ts';
import { ClusterLink } from './cluster-link.ts';
import { describeError, partitionOutOfRange } from './errors.ts';
import { fetchFrom, type FetchedPartition } from './fetch.ts';
import { earliestOffset } from './offsets.ts';
import { backoffMs, pauseFor } from './wait.ts';

/** State of a partition that is fetched. Every `start` replaces it, so late responses for the old one are dropped. */
interface FetchState extends TopicPartition {
  readonly epoch: number;
  /** Undefined until the beginning of the log has been looked up. */
  offset: bigint | undefined;
  paused: boolean;
}

const limits = { maxWaitMs: 500, maxBytes: 4 * 1024 * 1024, maxBytesPerPartition: 256 * 1024 };

/**
 * Fetches the assigned partitions of a group member: one request at a time to each leader, on separate connections so
 * that heartbeats never wait for a fetch. kafkajs' own fetch loop is not used: it stops every partition while one
 * is handled, rejoins the group at every change of a leader, and commits the beginning of the log when a position is
 * out of range.
 */
export class PartitionFetcher {
  readonly #link: ClusterLink;
  readonly #log: LogLine;
  readonly #deliver: (batch: FetchedBatch) => void;
  readonly #states = new Map<string, FetchState>();
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
    // Copied field by field: `at` may be a whole batch, which must not be retained.
    const { topic, partition } = at;
    this.#states.set(partitionName(at), {
      topic,
      partition,
      epoch,
      offset: offset ?? undefined,
      paused: false,
    });
    this.#wake();
  }

  pause(at: TopicPartition): void {
    const state = this.#states.get(partitionName(at));
    if (state !== undefined) state.paused = true;
  }

  resume(at: TopicPartition): void {
    const state = this.#states.get(partitionName(at));
    if (state === undefined) return;
    state.paused = false;
    this.#wake();
  }

  /** Stops all fetching until the next `start`. */
  stopAll(): void {
    this.#states.clear();
  }

  /** Milliseconds since the last round; 0 while there is nothing to fetch. */
  idleMs(): number {
    return this.#active().length === 0 ? 0 : performance.now() - this.#lastRoundMs;
  }

  async close(): Promise<void> {
    this.stopAll();
    this.#closed.abort();
    await this.#link.close();
  }

  #active(): FetchState[] {
    return [...this.#states.values()].filter(({ paused }) => !paused);
  }

  /** Starts a request to every leader that has active partitions and no request in flight. */
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

  async #startRounds(active: readonly FetchState[]): Promise<void> {
    if (this.#busy.size === 0) this.#lastRoundMs = performance.now();
    const cluster = await this.#link.connect();
    await cluster.addMultipleTargetTopics([...new Set(active.map(({ topic }) => topic))]);
    await cluster.refreshMetadataIfNecessary();
    for (const [nodeId, states] of byLeader(cluster, this.#active())) {
      if (this.#busy.has(nodeId)) continue;
      this.#busy.add(nodeId);
      this.#round(cluster, nodeId, states)
        .catch((error: unknown) => this.#recover(error))
        .finally(() => {
          this.#busy.delete(nodeId);
          this.#wake();
        });
    }
  }

  async #round(cluster: Cluster, nodeId: string, states: readonly FetchState[]): Promise<void> {
    for (const state of states.filter(({ offset }) => offset === undefined)) {
      state.offset = await earliestOffset(cluster, state);
    }
    const positions = states.flatMap(({ topic, partition, offset }) =>
      offset === undefined ? [] : [{ topic, partition, offset }],
    );
    const fetched = await fetchFrom(cluster, nodeId, positions, limits).catch((error: unknown) =>
      this.#resetPosition(error, states),
    );
    this.#failures = 0;
    this.#lastRoundMs = performance.now();
    for (const answer of fetched) {
      this.#accept(
        answer,
        states.find((each) => each.topic === answer.topic && each.partition === answer.partition),
      );
    }
  }

  /** Drops a response whose partition was paused or restarted since the request: its records are fetched again. */
  #accept(answer: FetchedPartition, state: FetchState | undefined): void {
    if (state === undefined || state.paused || this.#states.get(partitionName(state)) !== state) return;
    if (answer.nextOffset === state.offset) return;
    state.offset = answer.nextOffset;
    this.#deliver({ ...answer, epoch: state.epoch });
  }

  /** Retention deleted records that were not read yet, or the log was truncated: continues at the first offset. */
  #resetPosition(error: unknown, states: readonly FetchState[]): FetchedPartition[] {
    const at = partitionOutOfRange(error);
    const state = states.find(({ topic, partition }) => topic === at?.topic && partition === at.partition);
    if (state === undefined) throw error;
    this.#log('error', 'Position out of range: fetching from the beginning of the log', {
      topic: state.topic,
      partition: state.partition,
      offset: String(state.offset),
    });
    state.offset = undefined;
    return [];
  }

  async #recover(error: unknown): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#failures += 1;
    if (this.#failures % 10 === 3) {
      this.#log('warn', 'Fetch failed, retrying', {
        attempt: this.#failures,
        error: describeError(error),
      });
    }
    this.#lastRoundMs = performance.now();
    await this.#link.recover(error);
    await pauseFor(backoffMs(this.#failures), this.#closed.signal);
  }
}

function byLeader(cluster: Cluster, states: readonly FetchState[]): Map<string, FetchState[]> {
  const grouped = new Map<string, FetchState[]>();
  for (const state of states) {
    const leaders = cluster.findLeaderForPartitions(state.topic, [state.partition]);
    const [nodeId] = Object.keys(leaders);
    if (nodeId === undefined || nodeId === '-1') throw new Error(`No leader for ${partitionName(state)}`);
    grouped.set(nodeId, [...(grouped.get(nodeId) ?? []), state]);
  }
  return grouped;
}
