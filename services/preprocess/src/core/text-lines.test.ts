import { describe, expect, it } from 'vitest';
import type { GlyphRun } from './glyph.ts';
import { linesOf, turnGlyphs, turnOfText } from './text-lines.ts';

/** Glyphs of 10 x 20 px from `left` on, with their baseline at `top` + 20. */
function print(text: string, left: number, top: number): GlyphRun {
  return Array.from(text, (character, index) =>
    character === ' '
      ? { text: ' ' as const }
      : {
          text: character,
          box: [left + index * 10, top, left + index * 10 + 9, top + 20] as const,
          shown: true,
          unmapped: false,
        },
  );
}

const page: GlyphRun = [
  ...print('Net', 300, 102),
  { text: '\n' },
  ...print('Invoice no', 10, 20),
  { text: '\n' },
  ...print('4711', 200, 20),
  ...print('Total', 10, 100),
];

describe('linesOf', () => {
  it('orders rows from top to bottom and splits them at columns', () => {
    expect(linesOf(page).map(({ text, box }) => ({ text, box }))).toEqual([
      { text: 'Invoice no', box: [10, 20, 109, 40] },
      { text: '4711', box: [200, 20, 239, 40] },
      { text: 'Total', box: [10, 100, 59, 120] },
      { text: 'Net', box: [300, 102, 329, 122] },
    ]);
  });

  it('spells ligatures and joins letters that are set apart', () => {
    const lines = linesOf([...print('o\ufb03ce', 0, 0), { text: '\n' }, ...print('R e c h n u n g', 0, 50)]);
    expect(lines.map(({ text }) => text)).toEqual(['office', 'Rechnung']);
  });

  it('keeps the words of a line with their boxes', () => {
    expect(linesOf(print('a bc', 0, 0))).toEqual([
      {
        text: 'a bc',
        box: [0, 0, 39, 20],
        confidence: 1,
        words: [
          { text: 'a', box: [0, 0, 9, 20], confidence: 1 },
          { text: 'bc', box: [20, 0, 39, 20], confidence: 1 },
        ],
      },
    ]);
  });

  it('starts a new word at a gap without a space character', () => {
    const jump = [...print('12', 0, 0), ...print('34', 60, 0)];
    expect(linesOf(jump).flatMap((line) => line.words.map((word) => word.text))).toEqual(['12', '34']);
  });

  it('R-06: replaces characters that no store keeps, and keeps a pair of surrogates that are two glyphs', () => {
    const [first, second, third] = ['\u0000', '\ud83d', '\ude00'].map((text, index) => ({
      text,
      box: [index * 10, 0, index * 10 + 9, 20] as const,
      shown: true,
      unmapped: false,
    }));
    expect(linesOf([first, second, third].flatMap((glyph) => glyph ?? [])).map(({ text }) => text)).toEqual([
      '\ufffd😀',
    ]);
  });

  it('puts a hyphen into its line', () => {
    const hyphen = { text: '-', box: [30, 12, 36, 14] as const, shown: true, unmapped: false };
    const run: GlyphRun = [...print('ab', 0, 0), { text: ' ' }, hyphen, { text: ' ' }, ...print('cd', 50, 0)];
    expect(linesOf(run).map((line) => line.text)).toEqual(['ab - cd']);
  });
});

describe('turnOfText', () => {
  const size = { widthPx: 400, heightPx: 600 };

  it('returns 0 for upright text', () => {
    expect(turnOfText(page)).toBe(0);
  });

  it.each([90, 180, 270] as const)('finds the rotation that undoes one of %d degrees', (turn) => {
    const turned = turnGlyphs(page, turn, size);
    expect(turnOfText(turned)).toBe((360 - turn) % 360);
  });

  it('restores the positions of glyphs', () => {
    const lying = turnGlyphs(page, 90, size);
    expect(turnGlyphs(lying, 270, { widthPx: 600, heightPx: 400 })).toEqual(page);
  });

  it('does not rotate right-to-left text', () => {
    const hebrew: GlyphRun = Array.from('חשבונית', (text, index) => ({
      text,
      box: [100 - index * 10, 0, 109 - index * 10, 20] as const,
      shown: true,
      unmapped: false,
    }));
    expect(turnOfText(hebrew)).toBe(0);
  });
});
