import { expect, test } from 'vitest';
import { firstWord, nearestWord, wordBeside, wordsBetween, wordsWithin } from './page-words.ts';

const word = (text: string, left: number, top: number) =>
  ({ text, box: [left, top, left + 10, top + 5] }) as const;
const lines = [
  { words: [word('Total', 0, 0), word('EUR', 20, 0), word('12.50', 40, 0)] },
  { words: [] },
  { words: [word('Thank', 0, 20), word('you', 38, 20)] },
];

test('words are taken from one to another, whichever was named first', () => {
  const expected = { text: 'EUR 12.50 Thank', box: [0, 0, 50, 25] };
  expect(wordsBetween(lines, { line: 0, word: 1 }, { line: 2, word: 0 })).toEqual(expected);
  expect(wordsBetween(lines, { line: 2, word: 0 }, { line: 0, word: 1 })).toEqual(expected);
});

test('a box takes the words whose middle it holds', () => {
  expect(wordsWithin(lines, [15, 0, 60, 6])).toEqual({ text: 'EUR 12.50', box: [20, 0, 50, 5] });
  expect(wordsWithin(lines, [100, 100, 120, 120])).toBeUndefined();
});

test('arrow keys lead from word to word, over empty lines, and stop at the ends', () => {
  expect(wordBeside(lines, { line: 0, word: 2 }, 'ArrowRight')).toEqual({ line: 2, word: 0 });
  expect(wordBeside(lines, { line: 2, word: 0 }, 'ArrowLeft')).toEqual({ line: 0, word: 2 });
  expect(wordBeside(lines, { line: 0, word: 2 }, 'ArrowDown')).toEqual({ line: 2, word: 1 });
  expect(wordBeside(lines, { line: 2, word: 1 }, 'ArrowUp')).toEqual({ line: 0, word: 2 });
  expect(wordBeside(lines, { line: 0, word: 0 }, 'ArrowLeft')).toEqual({ line: 0, word: 0 });
  expect(wordBeside(lines, { line: 2, word: 1 }, 'ArrowDown')).toEqual({ line: 2, word: 1 });
});

test('the nearest word is one of the same line before one of another', () => {
  expect(nearestWord(lines, [31, 4])).toEqual({ line: 0, word: 1 });
  expect(nearestWord(lines, [12, 24])).toEqual({ line: 2, word: 0 });
  expect(firstWord(lines)).toEqual({ line: 0, word: 0 });
  expect([firstWord([]), nearestWord([], [0, 0])]).toEqual([undefined, undefined]);
});
