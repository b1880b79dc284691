import { describe, expect, it } from 'vitest';
import type { Word } from './reading.ts';
import { joinSpacedLetters } from './spaced-letters.ts';

/** A word for each run of text without blanks; a character is 10 px wide, a blank `blankPx`, and all are 20 px high. */
function wordsOf(text: string, blankPx = 8): Word[] {
  return [...text.matchAll(/\S+/gu)].map((match): Word => {
    const before = Array.from(text.slice(0, match.index));
    const left = before.reduce((sum, character) => sum + (character === ' ' ? blankPx : 10), 0);
    return { text: match[0], box: [left, 0, left + 10 * match[0].length, 20], confidence: 1 };
  });
}

const textsOf = (words: readonly Word[]): string[] => joinSpacedLetters(words).map(({ text }) => text);

describe('joinSpacedLetters (D-02)', () => {
  it.each([
    ['one word', 'R e c h n u n g', ['Rechnung']],
    ['two words, which wider gaps separate', 'R e c h n u n g   N r', ['Rechnung', 'Nr']],
    ['a word beside others', 'Die R e c h n u n g vom 12.03.2025', ['Die', 'Rechnung', 'vom', '12.03.2025']],
    ['an amount', '1 1 9 0 , 0 0', ['1190,00']],
    ['digits of a table stay apart', '1 2 3 4', ['1', '2', '3', '4']],
    ['initials stay apart', 'J. R R Smith', ['J.', 'R', 'R', 'Smith']],
    ['words stay words', 'Total amount due', ['Total', 'amount', 'due']],
  ])('%s', (_name, text, expected) => {
    expect(textsOf(wordsOf(text))).toEqual(expected);
  });

  it('letters that are far apart stay apart', () => {
    expect(textsOf(wordsOf('A B C D', 60))).toEqual(['A', 'B', 'C', 'D']);
  });

  it('a joined word has the box of its letters and the mean of their confidences', () => {
    const letters = wordsOf('N e t t').map((word, index) => ({ ...word, confidence: index === 0 ? 0.6 : 1 }));
    expect(joinSpacedLetters(letters)).toEqual([{ text: 'Nett', box: [0, 0, 64, 20], confidence: 0.9 }]);
  });
});
