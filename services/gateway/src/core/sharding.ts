import { createHash } from 'node:crypto';

/**
 * The partition of a submission. A tenant has `shards` adjacent partitions of its lane, starting at the hash of its id,
 * and its runs are spread over them by the hash of theirs (M-05). The same run always gets the same partition.
 */
export function shardOf(options: {
  readonly tenantId: string;
  readonly runId: string;
  readonly partitions: number;
  /** 1 keeps the order of a tenant's submissions; more than `partitions` means all. */
  readonly shards: number;
}): number {
  const { tenantId, runId, partitions, shards } = options;
  return (hashOf(tenantId) + (hashOf(runId) % Math.min(shards, partitions))) % partitions;
}

function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}
