import { describe, expect, it } from 'vitest';
import { findBlobs } from './blobs.ts';
import type { GreyImage } from './grey.ts';
import { findInk } from './ink.ts';
import { surveyPage } from './survey.ts';

const size = 700;

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Black rectangles on white, turned clockwise about the middle by `degrees`. */
function drawn(rectangles: readonly Rectangle[], degrees: number): GreyImage {
  const pixels = new Uint8Array(size * size).fill(255);
  const angle = (degrees * Math.PI) / 180;
  for (const { left, top, widthPx, heightPx } of rectangles) {
    for (let y = top; y < top + heightPx; y += 0.5) {
      for (let x = left; x < left + widthPx; x += 0.5) {
        const dx = x - size / 2;
        const dy = y - size / 2;
        const column = Math.round(size / 2 + dx * Math.cos(angle) - dy * Math.sin(angle));
        const row = Math.round(size / 2 + dx * Math.sin(angle) + dy * Math.cos(angle));
        if (column >= 0 && row >= 0 && column < size && row < size) pixels[row * size + column] = 0;
      }
    }
  }
  return { widthPx: size, heightPx: size, pixels };
}

/** Twenty lines of forty letters; every third letter is taller, as in print, and all stand on the line. */
const letters = Array.from({ length: 20 }, (_, line) =>
  Array.from({ length: 40 }, (_, index) => {
    const heightPx = index % 3 === 0 ? 12 : 8;
    return { left: 100 + index * 12, top: 120 + line * 24 - heightPx, widthPx: 8, heightPx };
  }),
).flat();

describe('surveyPage (D-02)', () => {
  it('does not change an upright page', () => {
    const { turn, skewDegrees } = surveyPage(drawn(letters, 0));
    expect({ turn, skewDegrees }).toEqual({ turn: 0, skewDegrees: 0 });
  });

  it.each([
    [90, 270],
    [180, 180],
    [270, 90],
  ])('finds the rotation that undoes one of %d degrees', (turned, turn) => {
    expect(surveyPage(drawn(letters, turned)).turn).toBe(turn);
  });

  it.each([-35, -24, -12, -6, -2, 1.5, 4, 11, 17, 30])('finds a skew of %d degrees', (degrees) => {
    const { turn, skewDegrees } = surveyPage(drawn(letters, -degrees));
    expect(turn).toBe(0);
    expect(Math.abs(skewDegrees - degrees)).toBeLessThan(0.35);
  });

  it('finds a large skew of a page on its side', () => {
    const { turn, skewDegrees } = surveyPage(drawn(letters, 90 - 15));
    expect({ turn, isNear: Math.abs(skewDegrees - 15) <= 0.3 }).toEqual({ turn: 270, isNear: true });
  });

  it('does not rotate a page with few words', () => {
    const { turn, skewDegrees } = surveyPage(drawn(letters.slice(0, 30), 90));
    expect({ turn, skewDegrees }).toEqual({ turn: 0, skewDegrees: 0 });
  });

  it('accepts an image of one pixel', () => {
    const { turn, textBlobs } = surveyPage({ widthPx: 1, heightPx: 1, pixels: new Uint8Array(1) });
    expect({ turn, blobs: textBlobs.blobs }).toEqual({ turn: 0, blobs: [] });
  });
});

describe('findInk and findBlobs', () => {
  it('find separate marks with their boxes and areas', () => {
    const marks = [
      { left: 10, top: 20, widthPx: 5, heightPx: 4 },
      { left: 300, top: 400, widthPx: 3, heightPx: 9 },
    ];
    const { blobs } = findBlobs(findInk(drawn(marks, 0)));
    expect(blobs).toEqual([
      { left: 10, top: 20, right: 16, bottom: 25, area: 30 },
      { left: 300, top: 400, right: 304, bottom: 410, area: 40 },
    ]);
  });

  it('joins pixels that touch only at corners, and a ring, into one blob', () => {
    const ink = Uint8Array.from([1, 0, 1, 0, 1, 0, 1, 0, 1]);
    expect(findBlobs({ widthPx: 3, heightPx: 3, ink }).blobs).toEqual([
      { left: 0, top: 0, right: 3, bottom: 3, area: 5 },
    ]);
  });
});
