import { describe, expect, it } from 'vitest';
import { chunksOf, toTopicMessages } from './outgoing.ts';

const record = (topic: string, bytes: number, partition?: number) => ({
  topic,
  key: null,
  value: Buffer.alloc(bytes),
  headers: {},
  ...(partition !== undefined && { partition }),
});

describe('chunksOf', () => {
  it('keeps the order and cuts at half a mebibyte', () => {
    const sizes = [300, 200, 100, 600, 1].map((kib) => record('a', kib * 1024));
    expect(chunksOf(sizes).map((chunk) => chunk.map(({ value }) => value.length / 1024))).toEqual([
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
  it('groups by topic and keeps partitions that are named', () => {
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
