import type { Random } from '../random.ts';
import { chance } from './invented.ts';
import type { PlacedWord } from './sheet.ts';

/** Letters that engines take for each other. */
const alike: Readonly<Record<string, string>> = {
  O: '0',
  '0': 'O',
  l: '1',
  '1': 'l',
  I: 'l',
  i: 'l',
  S: '5',
  '5': 'S',
  B: '8',
  '8': 'B',
  m: 'rn',
  e: 'c',
  c: 'e',
  u: 'ü',
  ü: 'u',
  ä: 'a',
  ö: 'o',
  é: 'e',
  ',': '.',
  '.': ',',
  g: 'q',
  Z: '2',
};

export interface Noise {
  /** Share of letters that are read wrongly. */
  readonly confusion: number;
  /** Largest shift of an edge of a word, in pixels. */
  readonly jitterPx: number;
  /** Share of words that are not read. */
  readonly dropped: number;
}

/** What a scanner and an engine make of the words of a page. */
export function withNoise(random: Random, words: readonly PlacedWord[], noise: Noise): readonly PlacedWord[] {
  const shift = (value: number): number => value + (random.next() * 2 - 1) * noise.jitterPx;
  return words.flatMap(({ text, box, size }) => {
    if (chance(random, noise.dropped)) return [];
    const read = text.replace(/./gsu, (letter) =>
      chance(random, noise.confusion) ? (alike[letter] ?? letter) : letter,
    );
    const [left, top, right, bottom] = box;
    return [
      {
        text: read,
        box: [shift(left), shift(top), Math.max(left + 2, shift(right)), shift(bottom)] as const,
        size,
      },
    ];
  });
}
