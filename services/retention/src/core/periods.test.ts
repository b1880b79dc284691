import { describe, expect, it } from 'vitest';
import { longestTopicDays, problemsOf, type Periods } from './periods.ts';

const usual: Periods = {
  batches: 1,
  runs: 30,
  events: 30,
  outcomeBytes: 30,
  deadLetters: 30,
  uploads: 30,
  artifacts: 30,
  fence: 60,
  webhooks: 30,
  audit: 400,
};

describe('A-11: problemsOf', () => {
  it('knows the longest retention of a topic, that of dead letters', () => {
    expect(longestTopicDays).toBe(30);
  });

  it('accepts the defaults, and a fence that is longer', () => {
    expect(problemsOf(usual)).toEqual([]);
    expect(problemsOf({ ...usual, fence: 90, runs: 90 })).toEqual([]);
  });

  it.each([
    [{ fence: 59 }, ['fence']],
    [{ deadLetters: 31 }, ['fence']],
    [{ runs: 61, artifacts: 61 }, ['runs', 'artifacts']],
    [{ batches: 61 }, ['batches']],
    [{ uploads: 61 }, ['uploads']],
    [{ outcomeBytes: 61 }, ['outcomeBytes']],
  ])('refuses %j', (change, periods) => {
    expect(problemsOf({ ...usual, ...change }).map(({ period }) => period)).toEqual(periods);
  });
});
