import { describe, expect, it } from 'vitest';
import { isLightOnTransparent } from './grey.ts';

/** Pixels of four bytes: `count` of which `drawn` are of the brightness and the rest transparent. */
function image(count: number, drawn: number, brightness: number): Uint8Array {
  return Uint8Array.from({ length: count * 4 }, (_, at) => {
    if (at >= drawn * 4) return 0;
    return at % 4 === 3 ? 255 : brightness;
  });
}

describe('isLightOnTransparent (D-01)', () => {
  it.each([
    ['white letters', image(100, 10, 255), true],
    ['black letters', image(100, 10, 0), false],
    ['a white page with little transparency', image(100, 90, 255), false],
    ['nothing', image(100, 0, 0), false],
  ])('%s', (_name, pixels, expected) => {
    expect(isLightOnTransparent(pixels, 100)).toBe(expected);
  });
});
