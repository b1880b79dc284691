import { pageReading } from '@docfleet/testing';
import { expect, it } from 'vitest';
import { layoutNovelty, layoutWords } from './layout-words.ts';

it('names words without digits by their place, whatever the values are', () => {
  const one = layoutWords([pageReading(['Invoice number 4711', 'Total 9.00'])]);
  expect(layoutWords([pageReading(['INVOICE NUMBER 815', 'Total 12.50'])])).toEqual(one);
  expect(one).toHaveLength(3);
  expect(layoutWords([])).toEqual([]);
});

it('is the share of words that are not known', () => {
  const known = new Set(['a', 'b']);
  const novelty = (...words: readonly string[]): number => layoutNovelty(words, (word) => known.has(word));
  expect([novelty('a', 'b'), novelty('a', 'c'), novelty('c'), novelty()]).toEqual([0, 0.5, 1, 1]);
});
