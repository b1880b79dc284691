import { setTimeout as sleep } from 'node:timers/promises';
import { FailureError } from '@docfleet/domain';
import kafkajs, { type Admin } from 'kafkajs';
import { createClient, type ClientOptions } from './client.ts';
import { isProtocolError } from './errors.ts';
import { planTopics, type TopicPlan, type TopicSpec, type TopicState } from './topic-plan.ts';

/** Administration of a cluster. */
export interface KafkaAdmin {
  /** Number of brokers. @throws FailureError `BROKER_UNAVAILABLE` */
  brokerCount(): Promise<number>;
  /** Compares topics with those of the cluster and changes nothing. */
  plan(specs: readonly TopicSpec[]): Promise<TopicPlan>;
  /** Applies a plan; resolves when every partition has a leader. `replication` is used for topics that it creates. */
  apply(plan: TopicPlan, replication: number): Promise<void>;
  deleteTopics(names: readonly string[]): Promise<void>;
  /** Committed offset of a group in every partition of these topics; null where it has never committed. */
  committed(
    group: string,
    topics: readonly string[],
  ): Promise<
    readonly { readonly topic: string; readonly partition: number; readonly offset: bigint | null }[]
  >;
  close(): Promise<void>;
}

// Not by name: Node finds only some of the names that this CommonJS module exports.
const { ConfigResourceTypes, ConfigSource } = kafkajs;

/** Errors about a topic that not every broker knows yet. */
const notReadyErrors = [
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
] as const;
/** Time limit for a change of topics to reach every broker, in milliseconds. */
const settleMs = 60_000;
/** Topics created in one request: a small broker is slow to create each. */
const createAtOnce = 20;

export function openKafkaAdmin(options: ClientOptions): KafkaAdmin {
  const admin = createClient(options).admin();
  let connected: Promise<void> | undefined;
  const withConnection = async <T>(action: () => Promise<T>): Promise<T> => {
    try {
      await (connected ??= admin.connect());
    } catch (cause) {
      connected = undefined;
      throw new FailureError('BROKER_UNAVAILABLE', {}, { cause });
    }
    return action();
  };
  return {
    brokerCount: () => withConnection(async () => (await admin.describeCluster()).brokers.length),
    plan: (specs) => withConnection(async () => planTopics(specs, await readTopics(admin, specs))),
    apply: (plan, replication) => withConnection(() => applyPlan(admin, plan, replication)),
    deleteTopics: (names) =>
      withConnection(() => admin.deleteTopics({ topics: [...names], timeout: settleMs })),
    committed: (group, topics) =>
      withConnection(async () => {
        const answers = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
        return answers.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }) => ({
            topic,
            partition,
            offset: BigInt(offset) < 0n ? null : BigInt(offset),
          })),
        );
      }),
    close: async () => {
      await connected?.catch(() => undefined);
      await admin.disconnect();
    },
  };
}

async function readTopics(admin: Admin, specs: readonly TopicSpec[]): Promise<Map<string, TopicState>> {
  const present = new Set(await admin.listTopics());
  const names = specs.map(({ name }) => name).filter((name) => present.has(name));
  if (names.length === 0) return new Map();
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
  });
  const configs = new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      Object.fromEntries(
        configEntries
          .filter(({ configSource }) => configSource === ConfigSource.TOPIC_CONFIG)
          .map(({ configName, configValue }) => [configName, configValue]),
      ),
    ]),
  );
  return new Map(
    topics.map(({ name, partitions }) => [
      name,
      { partitions: partitions.length, config: configs.get(name) ?? {} },
    ]),
  );
}

async function applyPlan(admin: Admin, plan: TopicPlan, replication: number): Promise<void> {
  for (let from = 0; from < plan.create.length; from += createAtOnce) {
    await admin.createTopics({
      // kafkajs waits for leaders in a way that fails on 4.x brokers; `untilSettled` waits instead.
      waitForLeaders: false,
      timeout: settleMs,
      topics: plan.create.slice(from, from + createAtOnce).map(({ name, partitions, config }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor: replication,
        configEntries: entriesOf({ ...durability(replication), ...config }),
      })),
    });
  }
  if (plan.grow.length > 0) {
    await admin.createPartitions({
      timeout: settleMs,
      topicPartitions: plan.grow.map(({ name, to }) => ({ topic: name, count: to })),
    });
  }
  if (plan.configure.length > 0) {
    await admin.alterConfigs({
      validateOnly: false,
      resources: plan.configure.map(({ name, config }) => ({
        type: ConfigResourceTypes.TOPIC,
        name,
        configEntries: entriesOf(config),
      })),
    });
  }
  const expected = [
    ...plan.create.map(({ name, partitions }) => [name, partitions] as const),
    ...plan.grow.map(({ name, to }) => [name, to] as const),
  ];
  if (expected.length > 0) await untilSettled(admin, new Map(expected));
}

/** Set only when a topic is created: afterwards operators decide about its replicas. */
function durability(replication: number): Record<string, string> {
  return {
    'min.insync.replicas': replication >= 3 ? '2' : '1',
    'unclean.leader.election.enable': 'false',
  };
}

function entriesOf(config: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(config).map(([name, value]) => ({ name, value }));
}

/**
 * Waits until brokers know every topic with its partitions and leaders, and until the leaders know it as well: on a
 * busy broker that is later, and writes before that fail with NOT_LEADER_FOR_PARTITION.
 */
async function untilSettled(admin: Admin, expected: ReadonlyMap<string, number>): Promise<void> {
  const deadline = performance.now() + settleMs;
  for (;;) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [...expected.keys()] });
      const ready = topics.filter(
        ({ name, partitions }) =>
          partitions.length === expected.get(name) && partitions.every(({ leader }) => leader >= 0),
      );
      if (ready.length === expected.size) {
        for (const topic of expected.keys()) await admin.fetchTopicOffsets(topic);
        return;
      }
    } catch (error) {
      if (!isProtocolError(error, ...notReadyErrors)) throw error;
    }
    if (performance.now() > deadline) throw new Error(`Topics have no leaders after ${settleMs} ms`);
    await sleep(50);
  }
}
