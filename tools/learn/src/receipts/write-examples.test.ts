import { expect, it } from 'vitest';
import { npy } from './write-examples.ts';

it('writes a matrix in the format of NumPy', () => {
  const bytes = npy([Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)]);
  const length = bytes.readUInt16LE(8);
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00');
  expect((10 + length) % 64).toBe(0);
  expect(bytes.subarray(10, 10 + length).toString('latin1')).toContain("'shape': (2, 3)");
  expect(Array.from({ length: 6 }, (_, i) => bytes.readFloatLE(10 + length + 4 * i))).toEqual([
    1, 2, 3, 4, 5, 6,
  ]);
});
