import { describe, expect, it } from 'vitest';
import { murmur2, murmur2Partition } from './murmur2.ts';

describe('murmur2', () => {
  // Vectors of UtilsTest#testMurmur2 in Apache Kafka.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
    ['', 275646681],
    ['0', 971027396],
    ['10000000', -1830336757],
    ['100:48069', 1009543857],
  ])('hashes %s as Java does', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });

  it('gives a partition below the count, also for negative hashes', () => {
    expect(murmur2Partition(Buffer.from('21'), 12)).toBe((-973932308 & 0x7fffffff) % 12);
  });
});
