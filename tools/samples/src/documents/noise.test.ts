import { expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { withNoise } from './noise.ts';

const words = Array.from({ length: 400 }, (_, index) => ({
  text: 'B01l',
  box: [index * 10, 0, index * 10 + 8, 10] as const,
  size: 10,
}));

const differences = (text: string): number =>
  [0, 1, 2, 3].filter((place) => text.charAt(place) !== 'B01l'.charAt(place)).length;

it('changes nothing without noise', () => {
  expect(withNoise(seededRandom(1), words, { confusion: 0, jitterPx: 0, dropped: 0 })).toEqual(words);
});

it('drops words, moves boxes and confuses letters as often as it is told to', () => {
  const read = withNoise(seededRandom(1), words, { confusion: 0.1, jitterPx: 2, dropped: 0.1 });
  expect(read.length).toBeGreaterThan(330);
  expect(read.length).toBeLessThan(390);
  const wrong = read.reduce((sum, { text }) => sum + differences(text), 0) / (4 * read.length);
  expect(wrong).toBeGreaterThan(0.06);
  expect(wrong).toBeLessThan(0.14);
  expect(Math.max(...read.map(({ box }) => Math.abs(box[1])))).toBeLessThanOrEqual(2);
});
