import type { TopicPartition } from '@docfleet/domain';
import { assignSticky, type StickyMember } from '@docfleet/record-log';
import kafkajs, { type Cluster, type PartitionAssigner } from 'kafkajs';

// Not by name: Node finds only some of the names that this CommonJS module exports.
const { AssignerProtocol } = kafkajs;

const name = 'docfleet-sticky';
const version = 1;

/** What a member sends to the leader about its last assignment. */
export interface Claims {
  readonly generation: number;
  readonly partitions: readonly TopicPartition[];
}

/**
 * `assignSticky` as an assigner of kafkajs: members send their claims as user data when they join, and the leader of
 * the group assigns partitions from all of them. `claims` is called at every join.
 */
export function stickyAssigner(
  groups: readonly (readonly string[])[],
  claims: () => Claims,
): PartitionAssigner {
  return ({ cluster }) => ({
    name,
    version,
    protocol: ({ topics }) => ({
      name,
      metadata: AssignerProtocol.MemberMetadata.encode({ version, topics, userData: encodeClaims(claims()) }),
    }),
    assign: ({ members }) => {
      const assignment = assignSticky({
        groups,
        partitionCounts: partitionCounts(cluster, groups.flat()),
        members: members.map(({ memberId, memberMetadata }) => toMember(memberId, memberMetadata)),
      });
      return Promise.resolve(
        [...assignment].map(([memberId, partitions]) => ({
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({
            version,
            assignment: Object.fromEntries([...partitions].map(([topic, list]) => [topic, [...list]])),
            userData: Buffer.alloc(0),
          }),
        })),
      );
    },
  });
}

function partitionCounts(cluster: Cluster, topics: readonly string[]): Map<string, number> {
  return new Map(topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).length]));
}

function toMember(id: string, metadata: Buffer): StickyMember {
  const decoded = AssignerProtocol.MemberMetadata.decode(metadata);
  return { id, topics: new Set(decoded?.topics), ...decodeClaims(decoded?.userData ?? Buffer.alloc(0)) };
}

/** JSON: the generation, and partitions by topic. */
export function encodeClaims({ generation, partitions }: Claims): Buffer {
  const owned: Record<string, number[]> = {};
  for (const { topic, partition } of partitions) (owned[topic] ??= []).push(partition);
  return Buffer.from(JSON.stringify({ generation, owned }));
}

/** Claims that cannot be decoded count as none: the member only loses its preference. */
export function decodeClaims(userData: Buffer): Pick<StickyMember, 'owned' | 'generation'> {
  try {
    const parsed: unknown = JSON.parse(userData.toString('utf8'));
    if (isClaims(parsed))
      return { generation: parsed.generation, owned: new Map(Object.entries(parsed.owned)) };
  } catch {
    // Not JSON: a member with another assigner or version.
  }
  return { generation: 0, owned: new Map() };
}

function isClaims(value: unknown): value is { generation: number; owned: Record<string, number[]> } {
  if (typeof value !== 'object' || value === null) return false;
  if (!('generation' in value) || !Number.isInteger(value.generation)) return false;
  if (!('owned' in value) || typeof value.owned !== 'object' || value.owned === null) return false;
  return Object.values(value.owned).every((list) => Array.isArray(list) && list.every(Number.isInteger));
}
