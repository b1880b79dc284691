import { expect, it } from 'vitest';
import { arrangements } from './arrangements.ts';
import { generateDocument, type GeneratedDocument } from './generated-document.ts';

/** Roles of the blocks of the first page in reading order, each with the third of the page in which it begins. */
const structureOf = ({ blocks }: GeneratedDocument): string => {
  const first = blocks.filter(({ page }) => page === 1);
  const third = (left: number): string =>
    ['left', 'middle', 'right'][Math.min(2, Math.floor(left / 552))] ?? '';
  const places = [...first]
    .sort((a, b) => Math.round((a.box[1] - b.box[1]) / 60) || a.box[0] - b.box[0])
    .map(({ role, box }) => `${role}@${third(box[0])}`);
  return places.filter((place, index) => place !== places[index - 1]).join('>');
};

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

it('makes documents of more than 200 structures for training, and holds 40 arrangements out', () => {
  const structures = new Set(numbers(600).map((seed) => structureOf(generateDocument(seed))));
  expect(structures.size).toBeGreaterThanOrEqual(200);
  const heldOut = arrangements.filter((one) => one.heldOut);
  expect(heldOut).toHaveLength(40);
  const choices = (one: (typeof arrangements)[number]): string =>
    JSON.stringify({ ...one, heldOut: undefined });
  const trained = new Set(arrangements.filter((one) => !one.heldOut).map(choices));
  expect(heldOut.filter((one) => trained.has(choices(one)))).toEqual([]);
});

it('makes the same document of the same number', () => {
  expect(generateDocument(7, { kind: 'any' })).toEqual(generateDocument(7, { kind: 'any' }));
  expect(generateDocument(7, { heldOut: true })).not.toEqual(generateDocument(7));
});

it('prints what the labels say, and amounts that add up', () => {
  const without = (text: string): string => text.replace(/\s/g, '');
  const missing = numbers(100).flatMap((seed) => {
    const { labels, pages } = generateDocument(seed);
    const text = without(pages.flatMap((words) => words.map((word) => word.text)).join(''));
    const parts = ['invoice_number', 'seller', 'buyer'].map((key) => String(labels[key] ?? ''));
    const [tax, total] = [Math.abs(Number(labels['tax_total'])), Math.abs(Number(labels['grand_total']))];
    return tax < Math.max(0.01, total) && parts.every((part) => text.includes(without(part))) ? [] : [seed];
  });
  expect(missing).toEqual([]);
});

it('has every kind of document and all six languages', () => {
  const documents = numbers(200).map((seed) => generateDocument(seed, { kind: 'any' }));
  expect([...new Set(documents.map(({ documentClass }) => documentClass))].sort()).toEqual([
    'ad-buy',
    'invoice',
    'letter',
    'receipt',
    'registration-form',
  ]);
  const text = documents.flatMap(({ pages }) => pages.flat().map((word) => word.text)).join(' ');
  for (const word of ['Rechnung', 'Facture', 'Invoice', 'Factura', 'Fattura', 'Factuur'])
    expect(text).toContain(word);
});

it('keeps words on the sheet', () => {
  for (const seed of numbers(100)) {
    const { pages } = generateDocument(seed, { kind: 'any' });
    const outside = pages.flat().filter(({ box }) => box[1] < 0 || box[3] > 2339 || box[0] < -1);
    expect({ seed, outside }).toEqual({ seed, outside: [] });
  }
});
