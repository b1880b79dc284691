import { pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import type { Candidate } from './candidate.ts';
import { decide, probabilities } from './decide.ts';
import { layoutOf } from './layout.ts';

const layout = layoutOf(pageReading(['x']));
const [segment] = layout.segments;

function candidate(value: string, score: number): Candidate {
  if (segment === undefined) throw new Error('The page has no segment.');
  return {
    value,
    normalised: value,
    layout,
    segment,
    start: 0,
    end: 1,
    words: segment.words,
    box: segment.box,
    features: { score },
  };
}
const weights = { score: 1 };

describe('probabilities', () => {
  it('leave a probability for no value', () => {
    const [only] = probabilities([candidate('9.00', 0)], weights);
    expect(only).toBeCloseTo(0.5);
  });
});

describe('decide', () => {
  it('adds the probabilities of the same value', () => {
    const places = [candidate('9.00', 1), candidate('5.00', 1.3), candidate('9.00', 1)];
    expect(decide(places, weights)?.candidate.value).toBe('9.00');
  });

  it('returns nothing when no value is likely enough', () => {
    expect(decide([candidate('9.00', -3)], weights)).toBeUndefined();
    expect(decide([], weights)).toBeUndefined();
  });

  it('has more confidence with a larger lead', () => {
    const sure = decide([candidate('9.00', 6), candidate('5.00', 0)], weights);
    expect(sure?.confidence).toBeGreaterThan(0.99);
  });
});
