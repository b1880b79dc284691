import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addChecksum, verifyChecksum } from './checksum.ts';

test('returns the value for its own key only', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'grapheme' }), fc.string(), (key, value, other) => {
      expect(verifyChecksum(key, addChecksum(key, value))).toBe(value);
      expect(verifyChecksum(other, addChecksum(key, value))).toBe(other === key ? value : undefined);
    }),
  );
});

test('a changed or missing byte is detected', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.integer({ min: 1, max: 255 }), (value, position, flip) => {
      const stored = addChecksum('key', value);
      const damaged = Buffer.from(stored);
      const at = position % stored.length;
      damaged[at] = (damaged[at] ?? 0) ^ flip;
      expect(verifyChecksum('key', damaged)).toBeUndefined();
      expect(verifyChecksum('key', stored.subarray(0, -1))).toBeUndefined();
    }),
  );
});
