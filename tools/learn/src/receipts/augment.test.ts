import { seededRandom } from '@docfleet/samples';
import { describe, expect, it } from 'vitest';
import { augmented } from './augment.ts';
import { laidOut, type LearningDocument, type LearningLine } from './learning-document.ts';

const line = (text: string, row: number, parts: Partial<LearningLine> = {}): LearningLine => ({
  text,
  box: [40, 40 * row, 40 + 12 * text.length, 40 * row + 24],
  confidence: 1,
  name: false,
  address: false,
  needed: false,
  ...parts,
});

const receipt: LearningDocument = {
  id: 'r',
  group: 'g',
  source: 'read',
  labels: {
    company: 'HILL BOOKS SDN BHD',
    address: '1, JALAN MAWAR 43300 KAJANG',
    date: '01/02/2018',
    total: '9.00',
  },
  lines: [
    line('HILL BOOKS SDN BHD', 1, { name: true }),
    line('1, JALAN MAWAR', 2, { address: true }),
    line('43300 KAJANG', 3, { address: true }),
    line('TEL: 03-1234567', 4),
    line('DATE 01/02/2018', 5, { needed: true }),
    line('PENCIL', 6),
    line('9.00', 7, { needed: true }),
    line('THANK YOU', 8),
  ],
};
const seeds = Array.from({ length: 200 }, (_, seed) => seed);

describe('a receipt made from another one', () => {
  it('is the same for the same seed', () => {
    expect(augmented(receipt, seededRandom(7))).toEqual(augmented(receipt, seededRandom(7)));
  });

  it('keeps the lines that hold the labelled date and total as they are', () => {
    for (const seed of seeds) {
      const needed = augmented(receipt, seededRandom(seed)).lines.filter((one) => one.needed);
      expect(needed.map(({ text }) => text).sort()).toEqual(['9.00', 'DATE 01/02/2018']);
    }
  });

  it('has a name above an address where the letterhead is generated', () => {
    for (const seed of seeds) {
      const { name, address } = laidOut(augmented(receipt, seededRandom(seed), 'letterhead'));
      expect(name?.[0] ?? Infinity).toBeLessThan(address?.[0] ?? 1000);
    }
  });

  it('has another name where names are exchanged', () => {
    const names = new Set(
      seeds.map((seed) =>
        augmented(receipt, seededRandom(seed), 'exchanged')
          .lines.filter(({ name }) => name)
          .map(({ text }) => text)
          .join(' '),
      ),
    );
    expect(names.size).toBeGreaterThan(150);
  });
});
