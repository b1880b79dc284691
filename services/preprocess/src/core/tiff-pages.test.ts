import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tiffPages } from './tiff-pages.ts';

type Entry = readonly [tag: number, value: number];

/** The directories of a TIFF without pictures, each with entries of one long value. */
function tiff(directories: readonly (readonly Entry[])[], order: 'II' | 'MM' = 'II'): Buffer {
  const isLittle = order === 'II';
  const bytes = Buffer.alloc(8 + directories.reduce((sum, entries) => sum + 6 + 12 * entries.length, 0));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes.write(order, 'latin1');
  view.setUint16(2, 42, isLittle);
  view.setUint32(4, 8, isLittle);
  let at = 8;
  directories.forEach((entries, index) => {
    view.setUint16(at, entries.length, isLittle);
    entries.forEach(([tag, value], entry) => {
      const place = at + 2 + entry * 12;
      view.setUint16(place, tag, isLittle);
      view.setUint16(place + 2, tag === 255 ? 3 : 4, isLittle);
      view.setUint32(place + 4, 1, isLittle);
      if (tag === 255) view.setUint16(place + 8, value, isLittle);
      else view.setUint32(place + 8, value, isLittle);
    });
    const end = at + 2 + entries.length * 12;
    view.setUint32(end, index === directories.length - 1 ? 0 : end + 4, isLittle);
    at = end + 4;
  });
  return bytes;
}

const page: readonly Entry[] = [[256, 100]];

describe('tiffPages (D-01)', () => {
  it.each(['II', 'MM'] as const)('leaves out reduced pictures and masks, byte order %s', (order) => {
    const bytes = tiff(
      [page, [[254, 1], ...page], [[254, 2], ...page], [[254, 4], ...page], [[255, 2]]],
      order,
    );
    expect(tiffPages(bytes, 5)).toEqual([0, 2]);
  });

  it('takes all directories where none would be left', () => {
    expect(tiffPages(tiff([[[254, 1]]]), 1)).toEqual([0]);
  });

  it('ends at a chain that leads back', () => {
    const bytes = tiff([page, page]);
    bytes.writeUInt32LE(8, bytes.length - 4);
    expect(tiffPages(bytes, 2)).toEqual([0, 1]);
  });

  it('gives some of the directories that the decoder sees, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (tail, count) => {
        const pages = tiffPages(Buffer.concat([tiff([page]).subarray(0, 8), tail]), count);
        expect(pages.length > 0 && pages.every((index) => index >= 0 && index < count)).toBe(true);
      }),
    );
  });
});
