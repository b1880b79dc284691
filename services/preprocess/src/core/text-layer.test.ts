import { describe, expect, it } from 'vitest';
import type { Blob } from './blobs.ts';
import { isGlyph, type Glyph } from './glyph.ts';
import { judgeTextLayer } from './text-layer.ts';

const widthPx = 1000;
const heightPx = 400;
const sentence = 'THE STATION AGREES TO BROADCAST THE ANNOUNCEMENTS LISTED BELOW AT THE RATES SHOWN HERE';

/** A glyph for each letter of a text, 10 px apart. */
function glyphsOf(text: string, top: number, facts: Partial<Glyph> = {}): Glyph[] {
  return Array.from(text.replaceAll(' ', ''), (letter, index) => ({
    text: letter,
    box: [20 + index * 10, top, 28 + index * 10, top + 14] as const,
    shown: true,
    unmapped: false,
    ...facts,
  }));
}

/** A page with a blob of ink at each of the boxes. */
function pageWith(ink: readonly Glyph[]) {
  const blobs: Blob[] = ink.map(({ box: [left, top, right, bottom] }) => ({
    ...{ left, top, right, bottom },
    area: 4 * (bottom - top),
  }));
  return { widthPx, heightPx, textBlobs: { blobs, heightPx: 14 }, scale: 1 };
}

describe('judgeTextLayer (D-02)', () => {
  const printed = glyphsOf(sentence, 100);

  it('trusts text that covers the ink', () => {
    expect(judgeTextLayer(printed, pageWith(printed))).toEqual({
      judgement: 'trusted',
      glyphs: printed,
      lacksWords: false,
    });
  });

  it('judges a page without text as none', () => {
    expect(judgeTextLayer([], pageWith(printed)).judgement).toBe('none');
  });

  it('does not trust text that the page does not show, whatever is drawn under it', () => {
    const hidden = glyphsOf(sentence, 100, { shown: false });
    expect(judgeTextLayer(hidden, pageWith(printed)).judgement).toBe('hidden');
  });

  it('removes text that is not shown beside text that is, and trusts the rest', () => {
    const hidden = glyphsOf('TOTAL 999999.00', 100, { shown: false });
    const { judgement, glyphs } = judgeTextLayer([...hidden, ...printed], pageWith(printed));
    expect({ judgement, glyphs }).toEqual({ judgement: 'trusted', glyphs: printed });
  });

  it('does not trust a stamp on a scan', () => {
    const scanned = [0, 1, 2, 3].flatMap((line) => glyphsOf(sentence, 100 + line * 30));
    const stamp = glyphsOf('RECEIVED', 20);
    expect(judgeTextLayer(stamp, pageWith([...scanned, ...stamp])).judgement).toBe('sparse');
  });

  it.each([
    ['two words of a picture', 'ACME HARDWARE LIMITED', true],
    ['a sign in a picture', 'ACME', false],
  ])('says whether words are missing: %s', (_name, text, lacksWords) => {
    const picture = glyphsOf(text, 40);
    expect(judgeTextLayer(printed, pageWith([...printed, ...picture]))).toEqual({
      judgement: 'trusted',
      glyphs: printed,
      lacksWords,
    });
  });

  it('leaves a word out of which a font names no character, and says that it is missing', () => {
    const [of, fice] = [glyphsOf('Of', 100), glyphsOf('ce', 100)];
    const ligature = glyphsOf('?', 100, { unmapped: true });
    const rest = glyphsOf(sentence, 130);
    const run = [...of, ...ligature, ...fice, { text: ' ' } as const, ...rest];
    const { judgement, glyphs, lacksWords } = judgeTextLayer(run, pageWith(run.filter(isGlyph)));
    expect({ judgement, glyphs, lacksWords }).toEqual({
      judgement: 'trusted',
      glyphs: [{ text: ' ' }, ...rest],
      lacksWords: true,
    });
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
