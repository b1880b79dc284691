import { pageReading } from '@docfleet/testing';
import { expect, it } from 'vitest';
import type { Candidate } from './candidate.ts';
import { decide } from './decide.ts';
import { layoutOf } from './layout.ts';
import { oddsOf, readingFacts, valueDoubt } from './value-doubt.ts';

const page = pageReading(['Total 9.00']);
const layout = layoutOf(page);

function candidate(value: string, features: Candidate['features'], confidence = 1): Candidate {
  const [segment] = layout.segments;
  if (segment === undefined) throw new Error('The page has no segment.');
  const words = [{ text: value, box: [0, 0, 10, 10] as const, confidence }];
  const place = { layout, segment, start: 0, end: 1, words, box: [0, 0, 10, 10] as const };
  return { value, normalised: value, ...place, features };
}

function doubt(candidates: readonly Candidate[], type: 'money' | 'text' = 'money') {
  const decision = decide(candidates, { score: 1, learned: 1 });
  if (decision === undefined) throw new Error('No value was decided.');
  return valueDoubt({ field: { type }, candidates, decision }, readingFacts([page]));
}

it('has the odds of Beta calibration, within bounds', () => {
  expect(oddsOf(0.5)).toEqual({ 'odds:for': Math.log(0.5), 'odds:against': -Math.log(0.5) });
  expect(oddsOf(1)['odds:against']).toBeCloseTo(9.21, 2);
  expect(oddsOf(0)['odds:for']).toBeCloseTo(-9.21, 2);
});

it('counts other values that are nearly as likely, and places of the same value', () => {
  const found = doubt([
    candidate('9.00', { score: 3 }),
    candidate('9.00', { score: 3 }),
    candidate('5.00', { score: 2.5 }),
    candidate('7.00', { score: -5 }),
  ]);
  expect([found['repeat'], found['rivals']]).toEqual([1, 1]);
  expect(found['margin']).toBeGreaterThan(0);
});

it('knows how surely the words of the value were read, for texts apart', () => {
  const sure = doubt([candidate('9.00', { score: 3 })]);
  const unsure = doubt([candidate('9.00', { score: 3 }, 0.5)]);
  expect([sure['value:worst'], unsure['value:worst']]).toEqual([0, 0.5]);
  expect(unsure['value:read']).toBeCloseTo(Math.log(2));
  const text = doubt([candidate('Jane', { score: 3 }, 0.5)], 'text');
  expect([text['value:worst'], text['text:worst']]).toEqual([undefined, 0.5]);
});

it('says whether a learned score and all other features agree, where there is one', () => {
  expect(doubt([candidate('9.00', { score: 3 })])).not.toHaveProperty('agree');
  const scored = (score: number, learned: number): Candidate['features'] => ({
    score,
    learned,
    'learned:none': 0,
  });
  expect(doubt([candidate('9.00', scored(3, 3)), candidate('5.00', scored(0, 0))])['agree']).toBe(1);
  expect(doubt([candidate('9.00', scored(3, 0)), candidate('5.00', scored(0, 5))])['agree']).toBe(0);
});
