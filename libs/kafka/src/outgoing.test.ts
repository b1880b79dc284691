import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { chunksOf, javaPartitioner, toTopicMessages } from './outgoing.ts';

const record = (topic: string, bytes: number, partition?: number) => ({
  topic,
  key: null,
  value: Buffer.alloc(bytes),
  headers: {},
  ...(partition !== undefined && { partition }),
});

describe('chunksOf', () => {
  it('keeps the order and splits at half a mebibyte', () => {
    const sizes = [300, 200, 100, 600, 1].map((kib) => record('a', kib * 1024));
    expect(chunksOf(sizes).map((chunk) => chunk.map(({ value }) => (value?.length ?? 0) / 1024))).toEqual([
      [300, 200],
      [100],
      [600],
      [1],
    ]);
  });

  it('has no chunk for no record', () => {
    expect(chunksOf([])).toEqual([]);
  });
});

describe('toTopicMessages', () => {
  it('groups by topic and keeps the partitions of records', () => {
    const value = Buffer.alloc(1);
    expect(toTopicMessages([record('a', 1, 2), record('b', 1), record('a', 1)])).toEqual([
      {
        topic: 'a',
        messages: [
          { key: null, value, headers: {}, partition: 2 },
          { key: null, value, headers: {} },
        ],
      },
      { topic: 'b', messages: [{ key: null, value, headers: {} }] },
    ]);
  });
});

describe('javaPartitioner', () => {
  it('chooses the same partition as the default partitioner of kafkajs, for any key', () => {
    const [ours, stock] = [javaPartitioner(), Partitioners.DefaultPartitioner()];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (bytes, count) => {
        const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
          partitionErrorCode: 0,
          partitionId,
          leader: 1,
          replicas: [],
          isr: [],
        }));
        const given = { topic: 't', partitionMetadata, message: { key: Buffer.from(bytes), value: null } };
        expect(ours(given)).toBe(stock(given));
      }),
    );
  });
});
