import { expect, it } from 'vitest';
import { figureOf } from './bootstrap.ts';

const mean = (items: readonly { readonly value: number }[]): number =>
  items.reduce((sum, { value }) => sum + value, 0) / items.length;

const items = Array.from({ length: 40 }, (_, i) => ({ group: String(i % 8), value: i % 8 < 4 ? 0 : 1 }));

it('is the same each time, and holds the value', () => {
  const figure = figureOf(items, mean);
  expect(figureOf(items, mean)).toEqual(figure);
  expect(figure.value).toBe(0.5);
  expect(figure.low).toBeLessThan(0.5);
  expect(figure.high).toBeGreaterThan(0.5);
});

it('is wider with whole groups alike than with each item its own', () => {
  const apart = items.map((item, i) => ({ ...item, group: String(i) }));
  const width = ({ low, high }: { low: number; high: number }): number => high - low;
  expect(width(figureOf(items, mean))).toBeGreaterThan(width(figureOf(apart, mean)));
});

it('leaves out draws whose statistic does not exist', () => {
  const { low, high } = figureOf(items, (drawn) => (drawn.some(({ value }) => value === 0) ? 1 : Number.NaN));
  expect([low, high]).toEqual([1, 1]);
});

it('turns the distances round for a statistic that draws make larger', () => {
  const plain = figureOf(items, mean);
  const turned = figureOf(items, mean, true);
  expect(turned.value).toBe(plain.value);
  expect(turned.low).toBeCloseTo(2 * plain.value - plain.high, 10);
  expect(turned.high).toBeCloseTo(2 * plain.value - plain.low, 10);
});
