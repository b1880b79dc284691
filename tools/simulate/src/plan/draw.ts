import { seededRandom } from '@docfleet/testing/seeded-random';

/** Reproducible random choices of a seed. */
export interface Draw {
  /** In [0, 1). */
  number(): number;
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  chance(probability: number): boolean;
  /** @throws RangeError for an empty list */
  pick<T>(from: readonly T[]): T;
}

export function drawFrom(seed: number): Draw {
  const number = seededRandom(seed);
  const between = (min: number, max: number): number => min + Math.floor(number() * (max - min + 1));
  return {
    number,
    between,
    chance: (probability) => number() < probability,
    pick: (from) => {
      const [picked] = from.slice(Math.floor(number() * from.length));
      if (picked === undefined) throw new RangeError('Cannot pick from an empty list');
      return picked;
    },
  };
}
