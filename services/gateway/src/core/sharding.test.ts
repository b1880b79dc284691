import { describe, expect, it } from 'vitest';
import { shardOf } from './sharding.ts';

const partitionsOf = (tenantId: string, shards: number, partitions = 12) =>
  new Set(
    Array.from({ length: 500 }, (_, index) =>
      shardOf({ tenantId, runId: `run-${index}`, partitions, shards }),
    ),
  );

describe('M-05: shardOf', () => {
  it('keeps a tenant on one partition with one shard', () => {
    expect(partitionsOf('acme', 1).size).toBe(1);
  });

  it('spreads a tenant over as many partitions as it has shards', () => {
    expect(partitionsOf('acme', 3).size).toBe(3);
  });

  it('uses all partitions when there are fewer than shards', () => {
    expect([...partitionsOf('acme', 100, 6)].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('puts tenants on different partitions', () => {
    const starts = new Set(
      Array.from({ length: 50 }, (_, index) => [...partitionsOf(`tenant-${index}`, 1)][0]),
    );
    expect(starts.size).toBeGreaterThan(6);
  });
});
