import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seal, unseal } from './seal.ts';

test('gives back what was sealed for the same key only', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'grapheme' }), fc.string(), (key, value, other) => {
      expect(unseal(key, seal(key, value))).toBe(value);
      expect(unseal(other, seal(key, value))).toBe(other === key ? value : undefined);
    }),
  );
});

test('any changed or missing byte is noticed', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.integer({ min: 1, max: 255 }), (value, position, flip) => {
      const sealed = seal('key', value);
      const damaged = Buffer.from(sealed);
      const at = position % sealed.length;
      damaged[at] = (damaged[at] ?? 0) ^ flip;
      expect(unseal('key', damaged)).toBeUndefined();
      expect(unseal('key', sealed.subarray(0, -1))).toBeUndefined();
    }),
  );
});
