import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SeenLine } from './characters.ts';
import { isDoubtful, wordsOf } from './words.ts';

/** One character every second frame; `spaces` gives the space class between characters by index. */
function lineOf(text: string, spaces: Readonly<Record<number, number>> = {}, confidence = 1): SeenLine {
  const line = { frames: text.length * 2, spaces: new Float32Array(text.length * 2) };
  for (const [index, value] of Object.entries(spaces)) line.spaces[Number(index) * 2 + 1] = value;
  const characters = text.split('').map((one, index) => ({
    text: one,
    confidence,
    firstFrame: index * 2,
    lastFrame: index * 2,
  }));
  return { ...line, characters };
}

test('a recognised space splits words', () => {
  expect(wordsOf(lineOf('AB C')).map(({ text }) => text)).toEqual(['AB', 'C']);
});

test('a space of low probability splits words too', () => {
  expect(wordsOf(lineOf('ABC', { 1: 0.2 })).map(({ text }) => text)).toEqual(['AB', 'C']);
  expect(wordsOf(lineOf('ABC', { 1: 0.1 })).map(({ text }) => text)).toEqual(['ABC']);
});

test('words have the positions of their characters', () => {
  expect(wordsOf(lineOf('AB  C')).map(({ from, to }) => [from, to])).toEqual([
    [0, 0.35],
    [0.75, 0.95],
  ]);
});

test('a line is doubtful when its characters or a space are', () => {
  expect([
    isDoubtful(lineOf('ABC'), 0.99),
    isDoubtful(lineOf('ABC'), 0.94),
    isDoubtful(lineOf('ABC', { 0: 0.3 }), 0.99),
    isDoubtful(lineOf('ABC', { 0: 0.9 }), 0.99),
  ]).toEqual([false, true, true, false]);
});

test('words keep every character, in order, without overlapping', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 30 }), (text) => {
      const words = wordsOf(lineOf(text));
      expect(words.map((word) => word.text)).toEqual(text.split(' ').filter((word) => word !== ''));
      for (const [index, word] of words.entries()) {
        expect(word.from).toBeLessThan(word.to);
        expect(words[index - 1]?.to ?? 0).toBeLessThanOrEqual(word.from);
        expect(word.to).toBeLessThanOrEqual(1);
      }
    }),
  );
});
