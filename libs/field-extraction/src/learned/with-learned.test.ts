import { documentClasses, type DocumentClass } from '@docfleet/contracts';
import { runAtOnce } from '@docfleet/domain';
import { pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import type { Candidate } from '../candidate.ts';
import { decide } from '../decide.ts';
import { candidatesOf, scopeOf } from '../extract.ts';
import { readDocument } from '../read-document.ts';
import { scorerOf, scorersOf } from './scorers.ts';
import type { LearnedScorer } from './scorer.ts';

const invoice = documentClasses.find(({ name }) => name === 'invoice');
if (invoice === undefined) throw new Error('there is no class invoice');
const documentClass: DocumentClass = invoice;

/** Proposes texts of the first page as the seller, each with a log-odds. */
const proposing = (proposals: Readonly<Record<string, number>>): LearnedScorer => ({
  propose: ({ layouts }) => {
    const found = layouts.flatMap((layout) =>
      layout.segments.flatMap((segment) => {
        const logOdds = proposals[segment.text];
        const place = { layout, segment, start: 0, end: segment.text.length, words: segment.words };
        const value = segment.text;
        return logOdds === undefined ? [] : [{ ...place, value, normalised: value, logOdds }];
      }),
    );
    return new Map([['seller', found]]);
  },
});

const page = [
  'Nordlicht Metallbau GmbH',
  'Hafenweg 3',
  '20457 Hamburg',
  '',
  '',
  '',
  '',
  '',
  '',
  'Kontor Elbe',
];

function sellers(scorers: readonly LearnedScorer[]): readonly Candidate[] {
  const field = documentClass.fields.find(({ name }) => name === 'seller');
  if (field === undefined) throw new Error('there is no field seller');
  const read = runAtOnce(readDocument(documentClass, [pageReading(page)], scorers));
  return candidatesOf(scopeOf(read, field, undefined));
}

const learnedOf = (candidates: readonly Candidate[]): Record<string, readonly (number | undefined)[]> =>
  Object.fromEntries(
    candidates.map(({ value, features }) => [
      value,
      [features['learned'], features['learned:none'], features['learned:only']],
    ]),
  );

describe('withLearned', () => {
  it('changes nothing for a field that no model scores', () => {
    const without = sellers([]);
    expect(without.length).toBeGreaterThan(0);
    expect(without.filter(({ features }) => 'learned' in features || 'learned:none' in features)).toEqual([]);
    expect(sellers([{ propose: () => new Map() }])).toEqual(without);
  });

  it('gives a candidate the score of the same value, and the others none', () => {
    const found = learnedOf(sellers([proposing({ 'Nordlicht Metallbau GmbH': 2.5 })]));
    expect(found['Nordlicht Metallbau GmbH']).toEqual([2.5, 0, undefined]);
    expect(found['Hafenweg 3']).toEqual([0, 1, undefined]);
  });

  it('limits the score to 8', () => {
    const found = learnedOf(sellers([proposing({ 'Nordlicht Metallbau GmbH': 30 })]));
    expect(found['Nordlicht Metallbau GmbH']).toEqual([8, 0, undefined]);
  });

  it('adds a likely value that the grammar did not find, and not an unlikely one', () => {
    expect(learnedOf(sellers([]))['Kontor Elbe']).toBeUndefined();
    const likely = sellers([proposing({ 'Kontor Elbe': 1 })]);
    expect(learnedOf(likely)['Kontor Elbe']).toEqual([1, 0, 1]);
    expect(likely.at(-1)?.words.map(({ text }) => text)).toEqual(['Kontor', 'Elbe']);
    expect(learnedOf(sellers([proposing({ 'Kontor Elbe': -4.5 })]))['Kontor Elbe']).toBeUndefined();
  });
});

describe('agreement of a decision', () => {
  const weights = { 'hint:legal': 4, learned: 1, 'learned:none': -1 };

  it('says whether the learned score alone and the rest alone choose the same value', () => {
    const same = decide(sellers([proposing({ 'Nordlicht Metallbau GmbH': 3 })]), weights);
    expect(same?.candidate.value).toBe('Nordlicht Metallbau GmbH');
    expect(same?.agreement).toBe(true);
    const other = decide(sellers([proposing({ 'Nordlicht Metallbau GmbH': 1, 'Kontor Elbe': 8 })]), weights);
    expect(other?.agreement).toBe(false);
  });

  it('is unknown where no model scores the field', () => {
    expect(decide(sellers([]), weights)?.agreement).toBeUndefined();
  });
});

describe('scorersOf', () => {
  it('is empty for a class without models, and for another version of one that has them', () => {
    expect(scorersOf({ name: 'letter', version: 1 })).toEqual([]);
    const models = [{ documentClass: 'letter', version: 2, models: [] }];
    expect(scorersOf({ name: 'letter', version: 1 }, models)).toEqual([]);
  });

  it('refuses a model of a kind that this release does not have', () => {
    expect(() => scorerOf({ scorer: 'oracle', fields: ['seller'], settings: {}, tensors: {} })).toThrow(
      /no scorer oracle/,
    );
  });
});
