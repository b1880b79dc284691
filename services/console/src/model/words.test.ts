import { expect, it } from 'vitest';
import { textOf, wordBeside, wordsIn } from './words.ts';

const file = {
  pages: [
    {
      page: 1,
      widthPx: 200,
      heightPx: 100,
      lines: [
        {
          words: [
            { text: 'Total', box: [10, 10, 50, 20] },
            { text: '9.00', box: [60, 10, 90, 20] },
          ],
        },
        {
          words: [
            { text: ' ', box: [0, 0, 1, 1] },
            { text: 'Thanks', box: [58, 40, 95, 50] },
            { text: 'broken', box: [1] },
          ],
        },
      ],
    },
  ],
};

it('reads words with the addresses that the gateway knows, without empty ones and those without a place', () => {
  const [page] = wordsIn(file);
  expect(page?.words.map(({ text, at }) => [text, at.line, at.word])).toEqual([
    ['Total', 0, 0],
    ['9.00', 0, 1],
    ['Thanks', 1, 1],
  ]);
  expect(
    textOf(page, [
      { line: 0, word: 0 },
      { line: 0, word: 1 },
    ]),
  ).toBe('Total 9.00');
});

it('arrow keys lead to the next word, and to the nearest one above or below', () => {
  const words = wordsIn(file)[0]?.words ?? [];
  const [total, amount, thanks] = words;
  if (total === undefined || amount === undefined || thanks === undefined) throw new Error('no words');
  expect(wordBeside(words, total, 'ArrowRight')).toBe(amount);
  expect(wordBeside(words, total, 'ArrowLeft')).toBeUndefined();
  expect(wordBeside(words, amount, 'ArrowDown')).toBe(thanks);
  expect(wordBeside(words, thanks, 'ArrowUp')).toBe(amount);
  expect(wordBeside(words, thanks, 'ArrowDown')).toBeUndefined();
});
