import { setTimeout as sleep } from 'node:timers/promises';
import { FailureError, type TopicPartition } from '@docfleet/domain';
import type { CommittedPosition } from '@docfleet/record-log';
import kafkajs, { type Admin } from 'kafkajs';
import { aclEntry, everyAcl, grantedAcls, type GrantedAcl, type PrincipalAcl } from './acls.ts';
import { createClient, type ClientOptions } from './client.ts';
import { ClusterLink } from './cluster-link.ts';
import { isProtocolError } from './errors.ts';
import { highWatermarks } from './offsets.ts';
import { planTopics, type TopicPlan, type TopicSpec, type TopicState } from './topic-plan.ts';

/** Administration of a cluster. */
export interface KafkaAdmin {
  /** Number of brokers. @throws FailureError `BROKER_UNAVAILABLE` */
  brokerCount(): Promise<number>;
  /** Compares topics with those of the cluster and changes nothing. */
  plan(specs: readonly TopicSpec[]): Promise<TopicPlan>;
  /** Applies a plan; resolves when every partition has a leader. `replication` is used for topics that it creates. */
  apply(plan: TopicPlan, replication: number): Promise<void>;
  /** Names of the topics that this client may see. */
  topicNames(): Promise<readonly string[]>;
  deleteTopics(names: readonly string[]): Promise<void>;
  /** Creates ACLs; those that exist already stay. */
  createAcls(acls: readonly PrincipalAcl[]): Promise<void>;
  /** Every ACL of topics, groups and transactional ids. Needs a principal that may describe the cluster. */
  acls(): Promise<readonly GrantedAcl[]>;
  /** Committed position of a group in every partition of these topics. */
  committed(
    group: string,
    topics: readonly string[],
  ): Promise<readonly (TopicPartition & CommittedPosition)[]>;
  /** High watermarks of these partitions, in one request to each broker. */
  endOffsets(
    partitions: readonly TopicPartition[],
  ): Promise<readonly (TopicPartition & { readonly offset: bigint })[]>;
  /** Number of members of each group; 0 for one that does not exist. */
  members(groups: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Offset of the first record of every partition that is not older than `timeMs` (since the epoch); the end where there is none. */
  offsetsAt(topic: string, timeMs: number): Promise<readonly PartitionOffset[]>;
  /**
   * Sets the committed offsets of a group in a topic, without metadata.
   *
   * @throws Error when the group has members
   */
  setCommitted(group: string, topic: string, positions: readonly PartitionOffset[]): Promise<void>;
  close(): Promise<void>;
}

/** A position in a partition of a topic that is known from the context. */
export interface PartitionOffset {
  readonly partition: number;
  readonly offset: bigint;
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
  const kafka = createClient(options);
  const admin = kafka.admin();
  /** For requests that kafkajs' admin client makes one by one. */
  const link = new ClusterLink(kafka, options.log ?? (() => undefined));
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
    topicNames: () => withConnection(() => admin.listTopics()),
    deleteTopics: (names) =>
      withConnection(() => admin.deleteTopics({ topics: [...names], timeout: settleMs })),
    createAcls: (acls) =>
      withConnection(async () => {
        await admin.createAcls({ acl: acls.map(aclEntry) });
      }),
    acls: () => withConnection(async () => grantedAcls((await admin.describeAcls(everyAcl)).resources)),
    committed: (group, topics) =>
      withConnection(async () => {
        const answers = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
        return answers.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset, metadata }) => ({
            topic,
            partition,
            offset: BigInt(offset) < 0n ? null : BigInt(offset),
            metadata: metadata ?? '',
          })),
        );
      }),
    endOffsets: async (partitions) => {
      try {
        return await highWatermarks(await link.connect(), partitions);
      } catch (cause) {
        await link.recover(cause);
        throw new FailureError('BROKER_UNAVAILABLE', {}, { cause });
      }
    },
    members: (groups) =>
      withConnection(async () => {
        const described = await admin.describeGroups([...groups]);
        return new Map(described.groups.map(({ groupId, members }) => [groupId, members.length]));
      }),
    offsetsAt: (topic, timeMs) =>
      withConnection(async () =>
        (await admin.fetchTopicOffsetsByTimestamp(topic, timeMs)).map(({ partition, offset }) => ({
          partition,
          offset: BigInt(offset),
        })),
      ),
    setCommitted: (group, topic, positions) =>
      withConnection(() =>
        admin.setOffsets({
          groupId: group,
          topic,
          partitions: positions.map(({ partition, offset }) => ({ partition, offset: String(offset) })),
        }),
      ),
    close: async () => {
      await link.close();
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
