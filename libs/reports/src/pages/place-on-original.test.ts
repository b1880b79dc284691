import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeOnOriginal } from './place-on-original.ts';

const page = { widthPx: 200, heightPx: 100, rotation: 0, deskewDegrees: 0 } as const;

test('an image that was not rotated has the places of its page', () => {
  expect(placeOnOriginal(page)(50, 25)).toEqual({ x: 0.25, y: 0.25 });
});

test('a page that was turned by 90 degrees has its left edge at the top of the image', () => {
  // The image is 200 by 100, the page was 100 by 200: its bottom left corner came to the top left.
  const { x, y } = placeOnOriginal({ ...page, rotation: 90 })(0, 0);
  expect([x, y]).toEqual([expect.closeTo(0, 9), expect.closeTo(1, 9)]);
});

test('the inverse of the rotation that made the image, for every page and angle', () => {
  const size = fc.integer({ min: 300, max: 5_000 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      size,
      size,
      fc.constantFrom(0 as const, 90 as const, 180 as const, 270 as const),
      fc.double({ min: -10, max: 10, noNaN: true }),
      share,
      share,
      (width, height, rotation, deskewDegrees, x, y) => {
        const angle = ((rotation + deskewDegrees) * Math.PI) / 180;
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        const widthPx = Math.abs(width * cos) + Math.abs(height * sin);
        const heightPx = Math.abs(width * sin) + Math.abs(height * cos);
        const [right, down] = [(x - 0.5) * width, (y - 0.5) * height];
        const back = placeOnOriginal({ widthPx, heightPx, rotation, deskewDegrees })(
          cos * right - sin * down + widthPx / 2,
          sin * right + cos * down + heightPx / 2,
        );
        expect([back.x, back.y]).toEqual([expect.closeTo(x, 6), expect.closeTo(y, 6)]);
      },
    ),
  );
});
