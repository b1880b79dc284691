import { describe, expect, it } from 'vitest';
import { renderSize, shrinkFactor } from './page-size.ts';

describe('renderSize (D-01)', () => {
  it.each([
    ['A4 at 200 dpi', 595, 842, { widthPx: 1653, heightPx: 2339, dpi: 200 }],
    ['a till roll keeps its resolution', 226, 3000, { widthPx: 628, heightPx: 8333, dpi: 200 }],
    ['a large plan gets fewer dots', 2384, 3370, { widthPx: 2523, heightPx: 3567, dpi: 76.2 }],
  ])('%s', (_name, widthPt, heightPt, size) => {
    expect(renderSize(widthPt, heightPt, 120_000_000, 1)).toEqual(size);
  });

  it('refuses a page that would have too many pixels', () => {
    expect(() => renderSize(14_400, 14_400, 120_000_000, 3)).toThrow(
      expect.objectContaining({
        code: 'PAGE_TOO_LARGE',
        details: { page: 3, limit: 120_000_000, actual: 1_600_000_000 },
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
    expect(() => renderSize(widthPt, heightPt, 120_000_000, 1)).toThrow(
      expect.objectContaining({ code: 'DOC_CORRUPT' }),
    );
  });
});

describe('shrinkFactor', () => {
  it('keeps the size of a page and reduces a large photo', () => {
    expect([shrinkFactor(1653, 2339), shrinkFactor(6000, 6000), shrinkFactor(100, 24_000)]).toEqual([
      1, 0.5, 0.5,
    ]);
  });
});
