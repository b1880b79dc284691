import { groupOf, stageTopics, topicsWithPools, type TopicName } from '@docfleet/contracts';
import { pagedStages, pooledStages, stageNames, type StageName } from '@docfleet/domain';
import type { AclSpec, PrincipalAcl } from '@docfleet/kafka';

/** Every program that connects to the brokers. Each has a principal of its own. */
export const aclServices = ['gateway', ...stageNames, 'ledger', 'retention', 'webhooks'] as const;
export type AclService = (typeof aclServices)[number];

/** Topics that a service reads or writes; names of `schemas/topics.yaml`. */
interface Use {
  readonly reads: readonly TopicName[];
  readonly writes: readonly TopicName[];
  /** Topics of which it knows how long they are, and nothing else. */
  readonly describes?: readonly TopicName[];
  /** Consumer groups that it joins. */
  readonly groups: readonly string[];
  /** Consumer groups whose positions it looks at. */
  readonly watchedGroups?: readonly string[];
}

/**
 * What a service needs on the brokers, and nothing else: rules over `schemas/topics.yaml`, so a new stage or topic is
 * covered without a list that somebody has to extend. Processes of pools act as the stage. Reading includes describing, as Kafka has it.
 */
export function aclsOf(service: AclService, pools: readonly string[] = []): readonly AclSpec[] {
  const { reads, writes, describes = [], groups, watchedGroups = [] } = useOf(service, pools);
  return [
    ...reads.map((name): AclSpec => ({ resource: 'topic', name, prefixed: false, operation: 'read' })),
    ...writes.map((name): AclSpec => ({ resource: 'topic', name, prefixed: false, operation: 'write' })),
    ...describes.map((name): AclSpec => ({
      resource: 'topic',
      name,
      prefixed: false,
      operation: 'describe',
    })),
    ...groups.flatMap((group): AclSpec[] => [
      { resource: 'group', name: group, prefixed: false, operation: 'read' },
      // One transactional id for each input partition: `<group>.<topic>.<partition>`.
      { resource: 'transactional-id', name: `${group}.`, prefixed: true, operation: 'write' },
    ]),
    ...watchedGroups.map((name): AclSpec => ({
      resource: 'group',
      name,
      prefixed: false,
      operation: 'describe',
    })),
  ];
}

function useOf(service: AclService, pools: readonly string[]): Use {
  if (service === 'gateway') return gatewayUse(pools);
  if (service === 'retention') return retentionUse;
  if (service === 'webhooks') return webhooksUse;
  return service === 'ledger' ? ledgerUse(pools) : stageUse(service, pools);
}

const deadLetters = stageNames.flatMap((stage) => stageTopics(stage).deadLetter ?? []);

function gatewayUse(pools: readonly string[]): Use {
  const retryOfSubmissions = stageTopics('preprocess').retries[0]?.topic;
  return {
    reads: [
      ...deadLetters,
      'documents.control',
      'documents.progress',
      'fleet.health',
      'fleet.level',
      'fleet.tenants',
    ],
    // Submissions, endings of cancelled runs, dead letters that are redriven (submissions through the first retry topic),
    // settings of tenants, orders of operators, and the state of its breaker.
    writes: [
      ...stageNames.flatMap((stage) => lanesOf(stage, pools)),
      ...(retryOfSubmissions === undefined ? [] : [retryOfSubmissions]),
      'documents.control',
      'documents.events',
      'fleet.health',
      'fleet.level',
      'fleet.tenants',
    ],
    // What waits before each stage.
    describes: stageNames
      .flatMap((stage) => retriesOf(stage, pools))
      .filter((topic) => topic !== retryOfSubmissions),
    groups: [],
    watchedGroups: stageNames.flatMap((stage) => groupsOf(stage, pools)),
  };
}

/** Cancels a run before it is erased. */
const retentionUse: Use = { reads: [], writes: [...lanesOf('integration'), 'documents.control'], groups: [] };

/** Reads how runs end, and writes nothing. */
const webhooksUse: Use = {
  reads: ['documents.completed', 'documents.failed'],
  writes: [],
  groups: ['webhooks'],
};

/** The ledger folds events and endings, and counts accepted runs in every topic that may hold one. */
function ledgerUse(pools: readonly string[]): Use {
  const unread = new Set<string>([...lanesOf('preprocess'), 'documents.progress']);
  return {
    reads: topicsWithPools(pools)
      .map(({ name }) => name)
      .filter((name) => !unread.has(name)),
    writes: [...lanesOf('integration'), 'fleet.health', 'fleet.level'],
    // Their length, for the lag of the first stage.
    describes: lanesOf('preprocess'),
    groups: ['ledger', 'fleet'],
    watchedGroups: stageNames.flatMap((stage) => groupsOf(stage, pools)),
  };
}

/** A stage reads its tasks and retries, and writes tasks of later stages, endings, and what became of a record. */
function stageUse(stage: StageName, pools: readonly string[]): Use {
  const { deadLetter } = stageTopics(stage);
  const retryTopics = poolsOf(stage, pools).flatMap((pool) =>
    stageTopics(stage, pool).retries.map(({ topic }) => topic),
  );
  const next = stageNames[stageNames.indexOf(stage) + 1];
  const isLast = next === undefined;
  const terminal: TopicName[] = isLast ? ['documents.completed', 'documents.failed'] : [];
  return {
    reads: [
      ...lanesOf(stage, pools),
      ...retryTopics,
      ...terminal,
      'documents.control',
      'fleet.level',
      ...(stage === 'preprocess' ? (['fleet.tenants'] as const) : []),
    ],
    writes: [
      // A record in the wrong lane moves to its own.
      ...lanesOf(stage),
      ...(isLast ? [] : lanesOf(next, pools)),
      ...lanesOf('integration'),
      ...retryTopics,
      ...(deadLetter === null ? [] : [deadLetter]),
      ...terminal,
      'documents.rejected',
      'documents.events',
      ...(pagedStages.some((each) => each === stage) ? (['documents.progress'] as const) : []),
      'fleet.health',
    ],
    groups: groupsOf(stage, pools),
  };
}

/** The lanes of a stage and of its pools. */
function lanesOf(stage: StageName, pools: readonly string[] = []): TopicName[] {
  return poolsOf(stage, pools).flatMap((pool) => stageTopics(stage, pool).lanes.map(({ topic }) => topic));
}

function retriesOf(stage: StageName, pools: readonly string[]): TopicName[] {
  return poolsOf(stage, pools).flatMap((pool) => stageTopics(stage, pool).retries.map(({ topic }) => topic));
}

function groupsOf(stage: StageName, pools: readonly string[]): string[] {
  return poolsOf(stage, pools).map((pool) => groupOf(stage, pool));
}

/** The stage itself, and its pools where it can have some. */
function poolsOf(stage: StageName, pools: readonly string[]): readonly (string | null)[] {
  return pooledStages.some((each) => each === stage) ? [null, ...pools] : [null];
}

/** The ACLs of every service for principals `User:<prefix><service>`, each once. */
export function allAcls(prefix: string, pools: readonly string[] = []): readonly PrincipalAcl[] {
  return aclServices.flatMap((service) => {
    const distinct = new Map(aclsOf(service, pools).map((acl) => [JSON.stringify(acl), acl]));
    return [...distinct.values()].map((acl) => ({ ...acl, principal: `User:${prefix}${service}` }));
  });
}

/** One line for a person, its parts separated by tabs: principal, operation, kind of resource, name. */
export function describeAcl({ principal, operation, resource, name, prefixed }: PrincipalAcl): string {
  return [principal, operation, resource, prefixed ? `${name}*` : name].join('\t');
}
