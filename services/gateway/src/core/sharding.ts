import { createHash } from 'node:crypto';

/**
 * The partition of a submission: a tenant has `shards` neighbouring partitions of its lane, beginning where its name
 * hashes to, and its runs are spread over them by their ids (M-05). The same run always goes to the same partition.
 */
export function shardOf(options: {
  readonly tenantId: string;
  readonly runId: string;
  readonly partitions: number;
  /** 1 keeps a tenant's arrival order; more than `partitions` means all. */
  readonly shards: number;
}): number {
  const { tenantId, runId, partitions, shards } = options;
  return (hashOf(tenantId) + (hashOf(runId) % Math.min(shards, partitions))) % partitions;
}

function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}
