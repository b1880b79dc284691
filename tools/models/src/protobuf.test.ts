import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBytes, encodeVarint, fieldsOf, packedVarints } from './protobuf.ts';

test('reads what it wrote', () => {
  const field = fc.oneof(
    fc.record({ number: fc.integer({ min: 1, max: 5000 }), value: fc.integer({ min: 0, max: 2 ** 50 }) }),
    fc.record({ number: fc.integer({ min: 1, max: 5000 }), bytes: fc.uint8Array({ maxLength: 300 }) }),
  );
  fc.assert(
    fc.property(fc.array(field), (fields) => {
      const message = Buffer.concat(
        fields.map((one) =>
          'value' in one ? encodeVarint(one.number, one.value) : encodeBytes(one.number, one.bytes),
        ),
      );
      const read = [...fieldsOf(message)];
      expect(read.map(({ number, value, bytes }) => [number, value, [...bytes]])).toEqual(
        fields.map((one) => ('value' in one ? [one.number, one.value, []] : [one.number, 0, [...one.bytes]])),
      );
      expect(Buffer.concat(read.map(({ raw }) => raw)).equals(message)).toBe(true);
    }),
  );
});

test('a message cut short is refused', () => {
  expect(() => [...fieldsOf(encodeBytes(1, Uint8Array.from([1, 2, 3])).subarray(0, 4))]).toThrow(RangeError);
});

test('packed varints come apart', () => {
  expect(packedVarints(Uint8Array.from([1, 0xac, 0x02, 7]))).toEqual([1, 300, 7]);
});
