import { type TopicPartition, whenAborted } from '@docfleet/domain';
import type { Cluster, Consumer, ConsumerGroupJoinEvent, Kafka } from 'kafkajs';
import type { LogLine } from './client.ts';
import { describeError, isProtocolError } from './errors.ts';
import { waitBeforeRejoining } from './kafkajs-patches.ts';
import { stickyAssigner, type Claims } from './sticky-assigner.ts';
import { backoffMs, pauseFor, settledWithin } from './wait.ts';

export interface MembershipOptions {
  readonly kafka: Kafka;
  /** For log lines only. */
  readonly brokers: readonly string[];
  readonly group: string;
  readonly topics: readonly (readonly string[])[];
  readonly sessionTimeoutMs: number;
  readonly log: LogLine;
  readonly onAssigned: (partitions: readonly TopicPartition[]) => void;
  readonly onRevoking: () => void;
  /** Resolves when no task in execution would lose its partition by a rebalance. */
  readonly settled: () => Promise<void>;
  readonly onLost: (error: Error) => void;
}

/** Errors of a broker that a retry does not change. */
const finalErrors = [
  'GROUP_AUTHORIZATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_GROUP_ID',
  'INVALID_SESSION_TIMEOUT',
  'SASL_AUTHENTICATION_FAILED',
];

/** kafkajs' fetch loop has nothing to fetch: it sleeps this long between checks whether a heartbeat is due. */
const loopMs = 500;

/** Longest delay of a rebalance, in milliseconds; the other members wait as well. */
const maxSettleMs = 3_000;

/**
 * Membership in a group: joining, heartbeats, assignments. All partitions stay paused in kafkajs, since its fetch loop
 * is not used (see `PartitionFetcher`). A consumer that crashed or sends no heartbeats is replaced, never repaired:
 * kafkajs continues to send requests to a coordinator that no longer exists.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #left = new AbortController();
  readonly #ended: Promise<void>;
  #claims: Claims = { generation: 0, partitions: [] };
  #lastActivityMs = performance.now();

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#ended = this.#run();
  }

  /** Milliseconds since the last heartbeat or the last attempt to reach a broker. */
  idleMs(): number {
    return performance.now() - this.#lastActivityMs;
  }

  /** Leaves the group. Does not wait for a coordinator that does not answer: the session times out there. */
  async leave(): Promise<void> {
    this.#left.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    // The caller receives the member before the first assignment is delivered.
    await pauseFor(0, this.#left.signal);
    for (let failures = 0; !this.#hasLeft();) {
      const joinsBefore = this.#claims.generation;
      const error = await this.#runConsumer().catch((thrown: unknown) => thrown);
      if (this.#hasLeft()) return;
      failures = this.#claims.generation > joinsBefore ? 1 : failures + 1;
      if (isProtocolError(error, ...finalErrors)) {
        this.#options.onLost(new Error('Consumer group join failed permanently', { cause: error }));
        return;
      }
      this.#logWaiting(failures, error);
      this.#lastActivityMs = performance.now();
      await pauseFor(backoffMs(failures), this.#left.signal);
    }
  }

  #hasLeft(): boolean {
    return this.#left.signal.aborted;
  }

  #logWaiting(failures: number, error: unknown): void {
    if (failures % 15 !== 1) return;
    const { brokers, group, log } = this.#options;
    const waitsFor = isProtocolError(error, 'UNKNOWN_TOPIC_OR_PARTITION')
      ? 'the topics to be created'
      : `the broker at ${brokers.join(', ')}`;
    log('warn', `waiting for ${waitsFor}`, { group, attempt: failures, error: describeError(error) });
  }

  /** One consumer, from joining to its end; resolves with what ended it. */
  async #runConsumer(): Promise<unknown> {
    const { kafka, group, topics, sessionTimeoutMs } = this.#options;
    const clusters: Cluster[] = [];
    const consumer = kafka.consumer({
      groupId: group,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(1_000, sessionTimeoutMs / 6),
      maxWaitTimeInMs: loopMs,
      allowAutoTopicCreation: false,
      partitionAssigners: [
        (parts) => {
          clusters.push(parts.cluster);
          waitBeforeRejoining(parts.cluster, () => this.#settled());
          return stickyAssigner(topics, () => this.#claims)(parts);
        },
      ],
      retry: { retries: 3, restartOnFailure: () => Promise.resolve(false) },
    });
    const over = new AbortController();
    const ended = this.#watchConsumer(consumer, clusters, over.signal);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: topics.flat(), fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
      return await ended;
    } finally {
      over.abort();
      await settledWithin(5_000, consumer.disconnect());
    }
  }

  /** Gives short tasks time to be committed before their partitions are reassigned. */
  #settled(): Promise<void> {
    const { settled, sessionTimeoutMs } = this.#options;
    return settledWithin(
      Math.min(maxSettleMs, sessionTimeoutMs / 2),
      Promise.race([settled(), whenAborted(this.#left.signal)]),
    );
  }

  /** Forwards events of the consumer; resolves when it crashed, sends no heartbeats, or has to leave. */
  #watchConsumer(consumer: Consumer, clusters: readonly Cluster[], over: AbortSignal): Promise<unknown> {
    const { topics, sessionTimeoutMs, onAssigned, onRevoking } = this.#options;
    const recordActivity = (): void => {
      this.#lastActivityMs = performance.now();
    };
    return new Promise((resolve) => {
      const silence = setInterval(() => {
        if (this.idleMs() > 3 * sessionTimeoutMs)
          resolve(new Error('No heartbeat for three session timeouts'));
      }, sessionTimeoutMs / 2);
      const stop = (): void => {
        clearInterval(silence);
        resolve(new Error('The member left the group'));
      };
      over.addEventListener('abort', stop, { once: true });
      this.#left.signal.addEventListener('abort', stop, { once: true, signal: over });
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        resolve(payload.error);
      });
      consumer.on(consumer.events.HEARTBEAT, ({ payload }) => {
        recordActivity();
        if (!over.aborted) this.#claims = { ...this.#claims, generation: payload.groupGenerationId };
      });
      consumer.on(consumer.events.REBALANCING, () => {
        recordActivity();
        if (!over.aborted) onRevoking();
      });
      consumer.on(consumer.events.GROUP_JOIN, (event) => {
        recordActivity();
        if (over.aborted) return;
        consumer.pause(topics.flat().map((topic) => ({ topic })));
        for (const at of partitionsOf(event)) markAsCommitted(clusters, this.#options.group, at);
        // The event has no generation: it is at least the next one, and the first heartbeat has its number.
        this.#claims = { generation: this.#claims.generation + 1, partitions: partitionsOf(event) };
        onAssigned(this.#claims.partitions);
      });
    });
  }
}

/** A method of kafkajs 2.2.4 that its types omit. */
interface ClusterInternals extends Cluster {
  markOffsetAsCommitted(at: TopicPartition & { readonly groupId: string; readonly offset: string }): void;
}

/**
 * Gives kafkajs an offset that it never uses. Otherwise it would fetch the committed offsets of all partitions, and
 * rejoin the group whenever the leader of one of them has moved.
 */
function markAsCommitted(clusters: readonly Cluster[], groupId: string, at: TopicPartition): void {
  for (const cluster of clusters)
    (cluster as ClusterInternals).markOffsetAsCommitted({ ...at, groupId, offset: '0' });
}

function partitionsOf({ payload }: ConsumerGroupJoinEvent): TopicPartition[] {
  return Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
    [...partitions].sort((a, b) => a - b).map((partition) => ({ topic, partition })),
  );
}
