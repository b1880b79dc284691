import { describe, expect, it } from 'vitest';
import { detailOf, renderSize, shrinkFactor } from './page-size.ts';

const maxPixels = 120_000_000;
const plain = { pixelsPerPt: 0, letterPt: 0 };

describe('renderSize (D-01)', () => {
  it.each([
    ['A4 at 200 dpi', 595, 842, plain, { widthPx: 1653, heightPx: 2339, dpi: 200 }],
    ['a till roll keeps its resolution', 226, 3000, plain, { widthPx: 628, heightPx: 8333, dpi: 200 }],
    ['a large plan gets fewer dots', 2384, 3370, plain, { widthPx: 2523, heightPx: 3567, dpi: 76.2 }],
    [
      'a picture of 24 million pixels at one pixel a point is reduced',
      ...[6000, 4000, { pixelsPerPt: 1, letterPt: 0 }],
      { widthPx: 3674, heightPx: 2449, dpi: 44.1 },
    ],
    [
      'a scan on a page in units of ten points keeps its pixels',
      ...[59.5, 84.2, { pixelsPerPt: 27.78, letterPt: 0 }],
      { widthPx: 1653, heightPx: 2339, dpi: 2000.1 },
    ],
    [
      'a fine picture on A4 does not enlarge it',
      ...[595, 842, { pixelsPerPt: 8.3, letterPt: 0 }],
      { widthPx: 1653, heightPx: 2339, dpi: 200 },
    ],
    [
      'a fine picture on letter paper does not enlarge it',
      ...[612, 792, { pixelsPerPt: 8.3, letterPt: 0 }],
      { widthPx: 1700, heightPx: 2200, dpi: 200 },
    ],
    [
      'letters of half a point are enlarged until they can be read',
      ...[59.5, 84.2, { pixelsPerPt: 0, letterPt: 0.5 }],
      { widthPx: 833, heightPx: 1179, dpi: 1008 },
    ],
  ] as const)('%s', (_name, widthPt, heightPt, detail, size) => {
    expect(renderSize({ widthPt, heightPt, page: 1 }, detail, maxPixels)).toEqual(size);
  });

  it('refuses a page that would have too many pixels even at one a point', () => {
    expect(() => renderSize({ widthPt: 14_400, heightPt: 14_400, page: 3 }, plain, maxPixels)).toThrow(
      expect.objectContaining({
        code: 'PAGE_TOO_LARGE',
        details: { page: 3, limit: maxPixels, actual: 207_360_000 },
      }),
    );
  });

  it.each([
    [0, 842],
    [595, -1],
    [NaN, 842],
    [595, Infinity],
    [595, 2_147_483_647],
  ])('rejects a page of %d x %d points as damaged', (widthPt, heightPt) => {
    expect(() => renderSize({ widthPt, heightPt, page: 1 }, plain, maxPixels)).toThrow(
      expect.objectContaining({ code: 'DOC_CORRUPT' }),
    );
  });
});

describe('detailOf', () => {
  it('is that of the largest picture and of the middle letter', () => {
    const pictures = [
      { box: [0, 0, 10, 10], widthPx: 500, heightPx: 500 },
      { box: [0, 0, 100, 200], widthPx: 200, heightPx: 400 },
    ] as const;
    expect(detailOf(pictures, [3, 9, 7])).toEqual({ pixelsPerPt: 2, letterPt: 7 });
  });

  it('is none of an empty page', () => {
    expect(detailOf([], [])).toEqual(plain);
  });
});

describe('shrinkFactor', () => {
  it('keeps the size of a page and reduces a large photo', () => {
    expect([shrinkFactor(1653, 2339), shrinkFactor(6000, 6000), shrinkFactor(100, 24_000)]).toEqual([
      1, 0.5, 0.5,
    ]);
  });
});
