import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shares, sharesOfPairs, valuesOf, type ScoredValue } from './joint.ts';

const value = (key: string, probability: number): ScoredValue<string> => ({ key, probability, best: key });

describe('valuesOf', () => {
  it('lets occurrences of one value support each other, three at most, and keeps the best place', () => {
    const found = valuesOf([
      { key: 'A', probability: 0.5, candidate: 'first' },
      { key: 'A', probability: 0.6, candidate: 'second' },
      { key: 'A', probability: 0.5, candidate: 'third' },
      { key: 'A', probability: 0.5, candidate: 'fourth' },
      { key: 'B', probability: 0.7, candidate: 'other' },
    ]);
    expect(found.map(({ key, best }) => [key, best])).toEqual([
      ['A', 'second'],
      ['B', 'other'],
    ]);
    expect(found[0]?.probability).toBeCloseTo(0.9);
  });
});

describe('sharesOfPairs', () => {
  const differ = (a: ScoredValue<string>, b: ScoredValue<string>): number => (a.key === b.key ? 0 : 1);

  it('gives the second name to the second field, although the first is likelier for both', () => {
    const names = [value('ONE', 0.9), value('TWO', 0.3)];
    const buyers = [value('ONE', 0.6), value('TWO', 0.5)];
    const [sellers, bought] = sharesOfPairs(names, buyers, differ);
    expect(sellers.get('ONE')).toBeGreaterThan(0.6);
    expect(bought.get('TWO')).toBeGreaterThan(0.6);
    expect(shares(buyers).get('ONE')).toBeGreaterThan(shares(buyers).get('TWO') ?? 1);
  });

  it('keeps shares between 0 and 1 whatever the probabilities are', () => {
    const some = fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(some, some, (first, second) => {
        const values = (list: readonly number[]): readonly ScoredValue<string>[] =>
          [...list].sort((a, b) => b - a).map((probability, i) => value(`V${i}`, probability));
        for (const side of sharesOfPairs(values(first), values(second), differ))
          for (const share of side.values()) expect(share >= 0 && share <= 1 + 1e-9).toBe(true);
      }),
    );
  });
});
