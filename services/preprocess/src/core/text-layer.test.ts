import { describe, expect, it } from 'vitest';
import type { Blob } from './blobs.ts';
import type { Glyph } from './glyph.ts';
import { judgeTextLayer } from './text-layer.ts';

const widthPx = 1000;
const heightPx = 400;
const sentence = 'THE STATION AGREES TO BROADCAST THE ANNOUNCEMENTS LISTED BELOW AT THE RATES SHOWN HERE';

/** A glyph for each letter of a text, 10 px apart. */
function glyphsOf(text: string, top: number, facts: Partial<Glyph> = {}): Glyph[] {
  return Array.from(text.replaceAll(' ', ''), (letter, index) => ({
    text: letter,
    box: [20 + index * 10, top, 28 + index * 10, top + 14] as const,
    invisible: false,
    unmapped: false,
    ...facts,
  }));
}

/** A page on which something is drawn at each of the boxes. */
function pageWith(ink: readonly Glyph[], imageCover = 0) {
  const pixels = new Uint8Array(widthPx * heightPx).fill(255);
  const textBlobs: Blob[] = ink.map(({ box: [left, top, right, bottom] }) => {
    for (let y = top; y < bottom; y += 1) pixels.fill(0, y * widthPx + left, y * widthPx + left + 4);
    return { left, top, right, bottom, area: 4 * (bottom - top) };
  });
  return { grey: { widthPx, heightPx, pixels }, textBlobs, scale: 1, imageCover };
}

describe('judgeTextLayer (D-02)', () => {
  const printed = glyphsOf(sentence, 100);

  it('trusts text that covers the ink', () => {
    const { judgement, glyphs } = judgeTextLayer(printed, pageWith(printed));
    expect({ judgement, glyphs }).toEqual({ judgement: 'trusted', glyphs: printed });
  });

  it('judges a page without text as none', () => {
    expect(judgeTextLayer([], pageWith(printed)).judgement).toBe('none');
  });

  it('does not trust text that is visible nowhere', () => {
    expect(judgeTextLayer(glyphsOf(sentence, 300), pageWith(printed)).judgement).toBe('hidden');
  });

  it('removes invisible text beside visible text and trusts the rest', () => {
    const hidden = glyphsOf('TOTAL 999999.00', 100, { invisible: true });
    const { judgement, glyphs } = judgeTextLayer([...hidden, ...printed], pageWith(printed));
    expect({ judgement, glyphs }).toEqual({ judgement: 'trusted', glyphs: printed });
  });

  it('removes text outside the page', () => {
    const outside = glyphsOf('TOTAL', -50);
    expect(judgeTextLayer([...outside, ...printed], pageWith(printed)).glyphs).toEqual(printed);
  });

  it('does not trust a stamp on a scan', () => {
    const scanned = [0, 1, 2, 3].flatMap((line) => glyphsOf(sentence, 100 + line * 30));
    const stamp = glyphsOf('RECEIVED', 20);
    expect(judgeTextLayer(stamp, pageWith([...scanned, ...stamp], 1)).judgement).toBe('sparse');
  });

  it('trusts OCR text that matches the scan', () => {
    const reading = glyphsOf(sentence, 100, { invisible: true });
    expect(judgeTextLayer(reading, pageWith(printed, 1)).judgement).toBe('trusted');
  });

  it('does not trust OCR text that is beside the ink', () => {
    const reading = glyphsOf(sentence, 118, { invisible: true });
    expect(judgeTextLayer(reading, pageWith(printed, 1)).judgement).toBe('hidden');
  });

  it.each([
    ['unmapped characters', { unmapped: true }],
    ['private characters', { text: '\ue001' }],
    ['replacement characters', { text: '\ufffd' }],
  ])('judges %s as garbled', (_name, facts) => {
    const garbled = printed.map((glyph, index) => (index % 10 === 0 ? { ...glyph, ...facts } : glyph));
    expect(judgeTextLayer(garbled, pageWith(printed)).judgement).toBe('garbled');
  });

  it('judges a shifted alphabet as garbled', () => {
    const shifted = printed.map((glyph) => ({
      ...glyph,
      text: String.fromCharCode(((glyph.text.charCodeAt(0) - 65 + 7) % 26) + 65),
    }));
    expect(judgeTextLayer(shifted, pageWith(printed)).judgement).toBe('garbled');
  });
});
