import { expect, it } from 'vitest';
import { differsIn, isBlank } from './shown.ts';

const widthPx = 40;
const heightPx = 20;

/** A white image with one pixel of the given brightness. */
function dot(x: number, y: number, brightness: number) {
  const pixels = new Uint8Array(widthPx * heightPx).fill(255);
  pixels[y * widthPx + x] = brightness;
  return { widthPx, heightPx, pixels };
}

const blank = dot(0, 0, 255);

it.each([
  ['a dot in the box', [10, 5, 20, 15], dot(12, 8, 0), true],
  ['a dot beside the box', [10, 5, 20, 15], dot(30, 8, 0), false],
  ['a dot that nobody sees', [10, 5, 20, 15], dot(12, 8, 240), false],
  ['a box outside the page', [-30, -30, -10, -10], dot(0, 0, 0), false],
] as const)('%s (D-02)', (_name, box, drawn, differs) => {
  expect(differsIn(box, drawn, blank)).toBe(differs);
});

it('a box is blank where nothing is seen in it', () => {
  const drawn = dot(12, 8, 0);
  expect([isBlank([12, 8, 20, 15], drawn), isBlank([20, 5, 40, 20], drawn)]).toEqual([false, true]);
});
