import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countFinished, decodeFinished, encodeFinished } from './window-metadata.ts';

/** Metadata with a right check sum over these bytes, of this version. */
function metadata(body: readonly number[], version = 1): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(Buffer.from(body)));
  return Buffer.from([version, ...sum, ...body]).toString('base64');
}

test('a finished set is its version, a check sum and lengths of what is open and finished in turn', () => {
  const finished = [
    { from: 13n, to: 14n },
    { from: 16n, to: 316n },
  ];
  // 300 is 0b10_0101100: seven bits a byte, the lowest first, the eighth bit set while more follow.
  expect(encodeFinished({ offset: 10n, finished })).toBe(metadata([3, 1, 2, 0b1010_1100, 0b10]));
  expect(decodeFinished(10n, metadata([3, 1, 2, 0b1010_1100, 0b10]))).toEqual(finished);
});

test('nothing finished is no text', () => {
  expect(encodeFinished({ offset: 10n, finished: [] })).toBe('');
  expect(decodeFinished(10n, '')).toEqual([]);
});

test.each([
  ['a length of a number that goes on', metadata([3, 1, 0x80])],
  ['an odd number of lengths', metadata([3, 1, 2])],
  ['another version', metadata([3, 1], 2)],
  ['a wrong check sum', Buffer.from([1, 0, 0, 0, 0, 3, 1]).toString('base64')],
  ['less than a version and a check sum', Buffer.from([1, 0, 0, 0]).toString('base64')],
])('%s is no knowledge', (_, text) => {
  expect(decodeFinished(0n, text)).toBeUndefined();
});

test('the shortest text that can be right: a version, the check sum of nothing, and nothing', () => {
  expect(decodeFinished(7n, metadata([]))).toEqual([]);
});

test('what was written is read again, for offsets of any size', () => {
  const length = fc.bigInt({ min: 1n, max: 2n ** 62n });
  fc.assert(
    fc.property(length, fc.array(fc.tuple(length, length), { maxLength: 20 }), (offset, lengths) => {
      let at = offset;
      const finished = lengths.map(([open, done]) => {
        const from = at + open;
        at = from + done;
        return { from, to: at };
      });
      expect(decodeFinished(offset, encodeFinished({ offset, finished }))).toEqual(finished);
    }),
  );
});

test('O-03: counts the offsets that are finished above the committed one', () => {
  const finished = [
    { from: 8n, to: 10n },
    { from: 12n, to: 13n },
  ];
  expect(countFinished(7n, encodeFinished({ offset: 7n, finished }))).toBe(3n);
  expect([countFinished(7n, ''), countFinished(7n, 'not ours')]).toEqual([0n, 0n]);
});
