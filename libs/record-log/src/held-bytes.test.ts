import { expect, test } from 'vitest';
import { heldBytesOf } from './held-bytes.ts';

test('key, value and every header count, beside an amount for the record and each header', () => {
  expect(heldBytesOf({ key: null, value: null, headers: {} })).toBe(200);
  expect(heldBytesOf({ key: Buffer.alloc(3), value: Buffer.alloc(50), headers: {} })).toBe(253);
  expect(heldBytesOf({ key: null, value: null, headers: { ab: 'c'.repeat(1_000), d: '' } })).toBe(
    200 + 64 + 1_002 + 64 + 1,
  );
});
