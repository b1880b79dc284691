import type { TopicPartition } from '@docfleet/domain';
import type { Cluster, Consumer, ConsumerGroupJoinEvent, Kafka } from 'kafkajs';
import type { LogLine } from './client.ts';
import { describeError, isProtocolError } from './errors.ts';
import { waitBeforeRejoining } from './kafkajs-patches.ts';
import { stickyAssigner, type Claims } from './sticky-assigner.ts';
import { atMost, backoffMs, pauseFor } from './wait.ts';

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
  /** Resolves when the member has nothing at work that a change of the group would take from it. */
  readonly settled: () => Promise<void>;
  readonly onLost: (error: Error) => void;
}

/** Answers of a broker that another try does not change. */
const finalErrors = [
  'GROUP_AUTHORIZATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_GROUP_ID',
  'INVALID_SESSION_TIMEOUT',
  'SASL_AUTHENTICATION_FAILED',
];

/** kafkajs' fetch loop has nothing to fetch: it sleeps this long between looks at whether a heartbeat is due. */
const loopMs = 500;

/** A change of the group is held back so long at most, in milliseconds; the others wait for it as well. */
const longestSettlingMs = 3_000;

/**
 * Being a member of a group, and nothing else: joining, heartbeats, assignments. All partitions stay paused in
 * kafkajs, for its fetch loop is not used (see `PartitionFetcher`). A consumer that crashed or fell silent is replaced,
 * never mended: kafkajs goes on asking a coordinator that is gone.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #left = new AbortController();
  readonly #ended: Promise<void>;
  #claims: Claims = { generation: 0, partitions: [] };
  #lastSignMs = performance.now();

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#ended = this.#run();
  }

  /** Milliseconds since the last heartbeat, or since the last try to reach a broker. */
  idleMs(): number {
    return performance.now() - this.#lastSignMs;
  }

  /** Leaves the group. A coordinator that does not answer is not waited for: it notices by itself. */
  async leave(): Promise<void> {
    this.#left.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    // Whoever joins holds the membership in hand before the first assignment is announced.
    await pauseFor(0, this.#left.signal);
    for (let failures = 0; !this.#hasLeft();) {
      const joinsBefore = this.#claims.generation;
      const error = await this.#member().catch((thrown: unknown) => thrown);
      if (this.#hasLeft()) return;
      failures = this.#claims.generation > joinsBefore ? 1 : failures + 1;
      if (isProtocolError(error, ...finalErrors)) {
        this.#options.onLost(new Error('the membership cannot be had', { cause: error }));
        return;
      }
      this.#complain(failures, error);
      this.#lastSignMs = performance.now();
      await pauseFor(backoffMs(failures), this.#left.signal);
    }
  }

  #hasLeft(): boolean {
    return this.#left.signal.aborted;
  }

  #complain(failures: number, error: unknown): void {
    if (failures % 15 !== 1) return;
    const { brokers, group, log } = this.#options;
    const waitsFor = isProtocolError(error, 'UNKNOWN_TOPIC_OR_PARTITION')
      ? 'the topics to be created'
      : `the broker at ${brokers.join(', ')}`;
    log('warn', `waiting for ${waitsFor}`, { group, attempt: failures, error: describeError(error) });
  }

  /** One consumer, from joining to its end; resolves with what ended it. */
  async #member(): Promise<unknown> {
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
    const ended = this.#watch(consumer, clusters, over.signal);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: topics.flat(), fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
      return await ended;
    } finally {
      over.abort();
      await atMost(5_000, consumer.disconnect());
    }
  }

  /** Short work ends before its partitions may go; long work is not waited for. */
  #settled(): Promise<void> {
    const { settled, sessionTimeoutMs } = this.#options;
    const left = new Promise<void>((resolve) => {
      this.#left.signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    });
    return atMost(Math.min(longestSettlingMs, sessionTimeoutMs / 2), Promise.race([settled(), left]));
  }

  /** Passes on what the consumer tells; resolves when it has crashed, fallen silent, or is to leave. */
  #watch(consumer: Consumer, clusters: readonly Cluster[], over: AbortSignal): Promise<unknown> {
    const { topics, sessionTimeoutMs, onAssigned, onRevoking } = this.#options;
    const sign = (): void => {
      this.#lastSignMs = performance.now();
    };
    return new Promise((resolve) => {
      const silence = setInterval(() => {
        if (this.idleMs() > 3 * sessionTimeoutMs)
          resolve(new Error('no heartbeat for three session timeouts'));
      }, sessionTimeoutMs / 2);
      const stop = (): void => {
        clearInterval(silence);
        resolve(new Error('left'));
      };
      over.addEventListener('abort', stop, { once: true });
      this.#left.signal.addEventListener('abort', stop, { once: true, signal: over });
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        resolve(payload.error);
      });
      consumer.on(consumer.events.HEARTBEAT, ({ payload }) => {
        sign();
        if (!over.aborted) this.#claims = { ...this.#claims, generation: payload.groupGenerationId };
      });
      consumer.on(consumer.events.REBALANCING, () => {
        sign();
        if (!over.aborted) onRevoking();
      });
      consumer.on(consumer.events.GROUP_JOIN, (event) => {
        sign();
        if (over.aborted) return;
        consumer.pause(topics.flat().map((topic) => ({ topic })));
        for (const at of partitionsOf(event)) knowNothingBetter(clusters, this.#options.group, at);
        // The event does not say which generation this is; it is at least the next, and the first heartbeat tells.
        this.#claims = { generation: this.#claims.generation + 1, partitions: partitionsOf(event) };
        onAssigned(this.#claims.partitions);
      });
    });
  }
}

/** What kafkajs does with its cluster and its types do not say; version 2.2.4. */
interface OffsetKeeper extends Cluster {
  markOffsetAsCommitted(at: TopicPartition & { readonly groupId: string; readonly offset: string }): void;
}

/**
 * Tells kafkajs an offset that it never uses. Else it would look up the committed ones of all partitions, and rejoin
 * the group whenever a leader among them is not where it thought.
 */
function knowNothingBetter(clusters: readonly Cluster[], groupId: string, at: TopicPartition): void {
  for (const cluster of clusters)
    (cluster as OffsetKeeper).markOffsetAsCommitted({ ...at, groupId, offset: '0' });
}

function partitionsOf({ payload }: ConsumerGroupJoinEvent): TopicPartition[] {
  return Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
    [...partitions].sort((a, b) => a - b).map((partition) => ({ topic, partition })),
  );
}
