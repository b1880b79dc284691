import { failure, failureCategory, failures, type FailureCategory, type FailureCode } from '@docfleet/domain';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { decide, type Decision, type FailureSituation } from './policy.ts';

const situation: FailureSituation = {
  attempt: 1,
  quickTries: 2,
  retryDelaysMs: [30_000, 300_000, 1_800_000],
  retries: 'topics',
  accepted: true,
};

test('M-13: a blip is tried again in process before an attempt is used', () => {
  const tries = [0, 1, 2].map((quickTries) =>
    decide(failure('STORE_UNAVAILABLE'), { ...situation, quickTries }),
  );
  expect(tries).toEqual([
    { kind: 'retry-now', afterMs: 200 },
    { kind: 'retry-now', afterMs: 1000 },
    { kind: 'retry-topic', index: 0 },
  ]);
});

test('M-13: attempts go through the retry topics in order and end as a dead letter', () => {
  const kinds = [1, 2, 3, 4].map((attempt) =>
    decide(failure('STORE_UNAVAILABLE'), { ...situation, attempt }),
  );
  expect(kinds).toEqual([
    { kind: 'retry-topic', index: 0 },
    { kind: 'retry-topic', index: 1 },
    { kind: 'retry-topic', index: 2 },
    { kind: 'dead-letter' },
  ]);
});

test('M-13: an asked-for delay skips the retry topics that are shorter', () => {
  expect(decide(failure('STORE_UNAVAILABLE'), { ...situation, afterMs: 60_000 })).toEqual({
    kind: 'retry-topic',
    index: 1,
  });
});

test('M-13: a document fault ends an accepted run without a retry and touches no run that is not accepted', () => {
  expect(decide(failure('DOC_CORRUPT'), { ...situation, quickTries: 0 })).toEqual({ kind: 'end-run' });
  expect(decide(failure('DOC_CORRUPT'), { ...situation, quickTries: 0, accepted: false })).toEqual({
    kind: 'reject',
  });
});

test('M-10: a timeout ends the run', () => {
  expect(decide(failure('TIMEOUT_OCR'), { ...situation, quickTries: 0 })).toEqual({ kind: 'end-run' });
});

test('M-13: the stage that ends runs never gives up', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.integer({ min: 1, max: 50 }), (quickTries, attempt) => {
      const decision = decide(failure('DATABASE_UNAVAILABLE'), {
        ...situation,
        retries: 'for-ever',
        quickTries,
        attempt,
      });
      expect(decision.kind === 'retry-now' && decision.afterMs <= 15_000).toBe(true);
    }),
  );
});

test('every failure in every situation has a decision', () => {
  const codes = Object.keys(failures) as FailureCode[];
  fc.assert(
    fc.property(
      fc.constantFrom(...codes),
      fc.record({
        attempt: fc.integer({ min: 1, max: 6 }),
        quickTries: fc.nat(6),
        retryDelaysMs: fc.constantFrom<readonly number[]>([], [30_000], [30_000, 300_000]),
        retries: fc.constantFrom<'topics' | 'for-ever'>('topics', 'for-ever'),
        accepted: fc.boolean(),
      }),
      (code, at) => {
        expect(decide(failure(code), at).kind).toMatch(
          /^(retry-now|retry-topic|dead-letter|end-run|reject|drop)$/,
        );
      },
    ),
  );
});

describe('M-13: what a failure of each category comes to', () => {
  const byCategory: Record<FailureCategory, readonly [accepted: Decision, notAccepted: Decision]> = {
    document: [{ kind: 'end-run' }, { kind: 'reject' }],
    timeout: [{ kind: 'end-run' }, { kind: 'reject' }],
    request: [{ kind: 'end-run' }, { kind: 'reject' }],
    order: [{ kind: 'drop' }, { kind: 'drop' }],
    infrastructure: [
      { kind: 'retry-topic', index: 0 },
      { kind: 'retry-topic', index: 0 },
    ],
  };

  it.each(Object.keys(failures) as FailureCode[])('%s', (code) => {
    const decisions = [true, false].map((accepted) => decide(failure(code), { ...situation, accepted }));
    expect(decisions).toEqual(byCategory[failureCategory(code)]);
  });
});

it('the stage that emits the endings refuses what it cannot end, instead of sending itself an ending for ever', () => {
  const forEver = { ...situation, retries: 'for-ever', accepted: true } as const;
  expect(decide(failure('RECORD_INVALID'), forEver)).toEqual({ kind: 'reject' });
  expect(decide(failure('SOURCE_NOT_FOUND'), forEver)).toEqual({ kind: 'end-run' });
});

describe('M-13: an asked-for delay', () => {
  const asked = (afterMs: number, facts: Partial<FailureSituation> = {}): Decision =>
    decide(failure('STORE_UNAVAILABLE'), { ...situation, ...facts, afterMs });

  it('is kept by a quick try that is as long, and makes an end of quick tries when it is longer', () => {
    expect([200, 201].map((afterMs) => asked(afterMs, { quickTries: 0 }))).toEqual([
      { kind: 'retry-now', afterMs: 200 },
      { kind: 'retry-topic', index: 0 },
    ]);
  });

  it('takes the retry topic whose delay is as long, and the last one when none is', () => {
    expect([30_000, 300_000, 300_001, 9_000_000].map((afterMs) => asked(afterMs))).toEqual([
      { kind: 'retry-topic', index: 0 },
      { kind: 'retry-topic', index: 1 },
      { kind: 'retry-topic', index: 2 },
      { kind: 'retry-topic', index: 2 },
    ]);
  });

  it('lengthens the pauses of a stage that never gives up, up to the longest', () => {
    const pauses = [1_500, 4_000, 20_000].map((afterMs) => asked(afterMs, { retries: 'for-ever' }));
    expect(pauses).toEqual([
      { kind: 'retry-now', afterMs: 2_000 },
      { kind: 'retry-now', afterMs: 4_000 },
      { kind: 'retry-now', afterMs: 15_000 },
    ]);
  });
});

test('M-13: the pauses of a stage that never gives up double from quick try to quick try, up to the longest', () => {
  const pauses = [0, 1, 2, 3, 4, 5, 6, 2000].map((quickTries) =>
    decide(failure('DATABASE_UNAVAILABLE'), { ...situation, retries: 'for-ever', quickTries }),
  );
  expect(pauses).toEqual(
    [200, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000].map((afterMs) => ({
      kind: 'retry-now',
      afterMs,
    })),
  );
});
