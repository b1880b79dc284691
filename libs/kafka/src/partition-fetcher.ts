import { partitionName, type TopicPartition } from '@docfleet/domain';
import { type FetchedBatch } from '@docfleet/record-log';
import type { Cluster, Kafka } from 'kafkajs';
import type { LogLine } from './client.ts';
import { ClusterLink } from './cluster-link.ts';
import { describeError, isBrokerFailure, partitionOutOfRange } from './errors.ts';
import {
  failedFetch,
  isDue,
  isUnreadable,
  newState,
  succeededFetch,
  type FetchState,
} from './fetch-state.ts';
import { fetchFrom, type FetchedPartition } from './fetch.ts';
import { earliestOffsetFrom, knownLeaderOf } from './offsets.ts';
import { backoffMs, pauseFor } from './wait.ts';

const limits = { maxWaitMs: 500, maxBytes: 4 * 1024 * 1024, maxBytesPerPartition: 256 * 1024 };

/** One of so many failures in a row of a partition is logged, the first time after the third. */
const loggedFailure = 30;

export interface PartitionFetcherOptions {
  readonly kafka: Kafka;
  readonly log: LogLine;
  /** A batch whose delivery throws is delivered again later. */
  readonly deliver: (batch: FetchedBatch) => void;
  /** Told the number of partitions that cannot be read, when it changes. */
  readonly onUnreadable?: (partitions: number) => void;
}

/**
 * Fetches partitions: one request at a time to each leader, on connections of its own, so that heartbeats never wait for
 * a fetch and a broker that does not answer holds no other. A partition that cannot be read is retried alone, and holds
 * no other. kafkajs' own fetch loop is not used: it stops every partition while one is handled, rejoins the group at
 * every change of a leader, and commits the beginning of the log when a position is out of range.
 */
export class PartitionFetcher {
  readonly #options: PartitionFetcherOptions;
  /** For metadata. */
  readonly #link: ClusterLink;
  readonly #leaders = new Map<string, ClusterLink>();
  readonly #states = new Map<string, FetchState>();
  readonly #busy = new Set<string>();
  readonly #closed = new AbortController();
  #starting = false;
  #wokenMeanwhile = false;
  #metadataIsStale = false;
  #failures = 0;
  #unreadable = 0;
  #lastRoundMs = performance.now();

  constructor(options: PartitionFetcherOptions) {
    this.#options = options;
    this.#link = new ClusterLink(options.kafka, options.log);
  }

  start(at: TopicPartition, epoch: number, offset: bigint | null): void {
    this.#states.set(partitionName(at), newState(at, epoch, offset));
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
    this.#reportUnreadable();
  }

  /** Milliseconds since the last round; 0 while there is nothing to fetch. */
  idleMs(): number {
    return this.#due().length === 0 ? 0 : performance.now() - this.#lastRoundMs;
  }

  async close(): Promise<void> {
    this.stopAll();
    this.#closed.abort();
    await Promise.all([this.#link, ...this.#leaders.values()].map((link) => link.close()));
  }

  #due(): FetchState[] {
    const now = performance.now();
    return [...this.#states.values()].filter((state) => isDue(state, now));
  }

  /** Starts a request to every leader that has partitions to fetch and no request in flight. */
  #wake(): void {
    this.#wokenMeanwhile = this.#starting;
    if (this.#starting || this.#closed.signal.aborted) return;
    if (this.#due().length === 0) return;
    this.#starting = true;
    this.#startRounds()
      .catch((error: unknown) => this.#recover(error))
      .finally(() => {
        this.#starting = false;
        if (this.#wokenMeanwhile || this.#busy.size === 0) this.#wake();
      });
  }

  async #startRounds(): Promise<void> {
    if (this.#busy.size === 0) this.#lastRoundMs = performance.now();
    const cluster = await this.#link.connect();
    await this.#addTopics(cluster);
    if (this.#metadataIsStale) await cluster.refreshMetadata();
    else await cluster.refreshMetadataIfNecessary();
    this.#metadataIsStale = false;
    this.#failures = 0;
    for (const [nodeId, states] of this.#byLeader(cluster)) {
      this.#busy.add(nodeId);
      void this.#round(nodeId, states).finally(() => {
        this.#busy.delete(nodeId);
        this.#wake();
      });
    }
  }

  /** One after the other: kafkajs adds none when one of them does not exist. */
  async #addTopics(cluster: Cluster): Promise<void> {
    for (const [topic, states] of Map.groupBy(this.#due(), (state) => state.topic)) {
      try {
        await cluster.addTargetTopic(topic);
      } catch (error) {
        if (isBrokerFailure(error)) throw error;
        for (const state of states) this.#failed(state, error);
      }
    }
  }

  #byLeader(cluster: Cluster): Map<string, FetchState[]> {
    const grouped = new Map<string, FetchState[]>();
    for (const state of this.#due()) {
      try {
        const nodeId = knownLeaderOf(cluster, state);
        if (!this.#busy.has(nodeId)) grouped.set(nodeId, [...(grouped.get(nodeId) ?? []), state]);
      } catch (error) {
        this.#failed(state, error);
      }
    }
    return grouped;
  }

  /** All partitions of a leader in one request, and each that failed the last time in one of its own. */
  async #round(nodeId: string, states: readonly FetchState[]): Promise<void> {
    const link = this.#linkOf(nodeId);
    try {
      const cluster = await link.connect();
      const suspects = states.filter(({ failures }) => failures > 0);
      const others = states.filter((state) => !suspects.includes(state));
      for (const state of suspects) await this.#fetch(cluster, nodeId, [state]);
      if (others.length > 0) await this.#fetch(cluster, nodeId, others);
      // Then the connection may be at fault, although no error says so.
      if (states.every(({ failures }) => failures > 0))
        await link.recover(new Error('No partition could be read'));
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      await link.recover(error);
      for (const state of states) this.#failed(state, error);
    }
    this.#lastRoundMs = performance.now();
  }

  /** @throws when the connection failed, and not a partition */
  async #fetch(cluster: Cluster, nodeId: string, states: readonly FetchState[]): Promise<void> {
    try {
      const positions = await this.#positionsOf(cluster, nodeId, states);
      if (positions.length === 0) return;
      const fetched = await fetchFrom(cluster, nodeId, positions, waitOf(states));
      for (const answer of fetched) this.#accept(answer, states);
    } catch (error) {
      const outOfRange = stateOutOfRange(error, states);
      if (outOfRange !== undefined) this.#resetPosition(outOfRange);
      else if (isBrokerFailure(error)) throw error;
      // kafkajs refuses a whole response because of one partition; the next request is for each of them alone.
      else for (const state of states) this.#failed(state, error);
    }
  }

  async #positionsOf(cluster: Cluster, nodeId: string, states: readonly FetchState[]) {
    const positions: (TopicPartition & { readonly offset: bigint })[] = [];
    for (const state of states) {
      try {
        state.offset ??= await earliestOffsetFrom(cluster, nodeId, state);
        positions.push({ topic: state.topic, partition: state.partition, offset: state.offset });
      } catch (error) {
        if (isBrokerFailure(error)) throw error;
        this.#failed(state, error);
      }
    }
    return positions;
  }

  /** Drops a response whose partition was paused or restarted since the request: its records are fetched again. */
  #accept(answer: FetchedPartition, states: readonly FetchState[]): void {
    const state = states.find((each) => each.topic === answer.topic && each.partition === answer.partition);
    if (state === undefined || this.#states.get(partitionName(state)) !== state) return;
    this.#succeeded(state);
    if (state.paused || answer.nextOffset === state.offset) return;
    try {
      this.#options.deliver({ ...answer, epoch: state.epoch });
      state.offset = answer.nextOffset;
    } catch (error) {
      this.#failed(state, error);
    }
  }

  /** Retention deleted records that were not read yet, or the log was truncated: continues at the first offset. */
  #resetPosition(state: FetchState): void {
    this.#options.log('error', 'Position out of range: fetching from the beginning of the log', {
      topic: state.topic,
      partition: state.partition,
      offset: String(state.offset),
    });
    state.offset = undefined;
  }

  #succeeded(state: FetchState): void {
    if (isUnreadable(state)) {
      const { topic, partition, failures } = state;
      this.#options.log('info', 'Partition is read again', { topic, partition, failures });
    }
    succeededFetch(state);
    this.#reportUnreadable();
  }

  /** The partition rests; the others go on. */
  #failed(state: FetchState, error: unknown): void {
    const delayMs = failedFetch(state, performance.now());
    const { topic, partition, failures } = state;
    if (failures % loggedFailure === 3) {
      const facts = { topic, partition, attempt: failures, error: describeError(error) };
      this.#options.log('warn', 'Partition cannot be read, retrying', facts);
    }
    this.#metadataIsStale = true;
    this.#reportUnreadable();
    void pauseFor(delayMs, this.#closed.signal).then(() => {
      this.#wake();
    });
  }

  #reportUnreadable(): void {
    const unreadable = [...this.#states.values()].filter(isUnreadable).length;
    if (unreadable === this.#unreadable) return;
    this.#unreadable = unreadable;
    this.#options.onUnreadable?.(unreadable);
  }

  #linkOf(nodeId: string): ClusterLink {
    const link = this.#leaders.get(nodeId) ?? new ClusterLink(this.#options.kafka, this.#options.log);
    this.#leaders.set(nodeId, link);
    return link;
  }

  /** No metadata, so nothing can be fetched. */
  async #recover(error: unknown): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#failures += 1;
    if (this.#failures % 10 === 3) {
      this.#options.log('warn', 'Fetch failed, retrying', {
        attempt: this.#failures,
        error: describeError(error),
      });
    }
    this.#lastRoundMs = performance.now();
    await this.#link.recover(error);
    await pauseFor(backoffMs(this.#failures), this.#closed.signal);
  }
}

/** A request for a partition that failed the last time is answered at once, because others wait for it. */
function waitOf(states: readonly FetchState[]): typeof limits {
  return states.some(({ failures }) => failures > 0) ? { ...limits, maxWaitMs: 0 } : limits;
}

function stateOutOfRange(error: unknown, states: readonly FetchState[]): FetchState | undefined {
  const at = partitionOutOfRange(error);
  return states.find(({ topic, partition }) => topic === at?.topic && partition === at.partition);
}
