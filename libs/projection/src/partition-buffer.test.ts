import { describe, expect, it } from 'vitest';
import { PartitionBuffer } from './partition-buffer.ts';

interface SizedBatch {
  readonly records: readonly { readonly bytes: number }[];
}

function batchOf(records: number, bytes: number): SizedBatch {
  return { records: Array.from({ length: records }, () => ({ bytes })) };
}

const filled = (count: number, records: number, bytes: number): PartitionBuffer<SizedBatch> => {
  const buffer = new PartitionBuffer<SizedBatch>(({ bytes }) => bytes);
  for (let index = 0; index < count; index += 1) buffer.add(batchOf(records, bytes), index);
  return buffer;
};

describe('PartitionBuffer', () => {
  it('M-08: is full of many records', () => {
    expect([filled(50, 100, 10).isFull, filled(51, 100, 10).isFull]).toEqual([false, true]);
  });

  it('M-08: is full of few large records', () => {
    expect([filled(30, 1, 256 * 1024).isFull, filled(33, 1, 256 * 1024).isFull]).toEqual([false, true]);
  });

  it('has room again at half of both', () => {
    const buffer = filled(34, 1, 256 * 1024);
    buffer.drop(17);
    expect(buffer.hasRoom).toBe(false);
    buffer.drop(2);
    expect(buffer.hasRoom).toBe(true);
  });

  it('gives as much as one transaction takes, and at least one batch', () => {
    const sizes = [filled(10, 100, 10), filled(20, 1, 1024 * 1024 + 1), filled(2, 900, 10), filled(0, 0, 0)];
    expect(sizes.map((buffer) => buffer.first().length)).toEqual([5, 3, 1, 0]);
  });

  it('knows how long its oldest record has waited', () => {
    const buffer = filled(3, 1, 10);
    buffer.drop(1);
    expect(buffer.oldestAt).toBe(1);
    buffer.clear();
    expect([buffer.oldestAt, buffer.isEmpty, buffer.bytes]).toEqual([undefined, true, 0]);
  });
});
