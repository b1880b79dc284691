import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterResult, restartPauseMs, unprobed, type ProbeState } from './probe.ts';

const thresholds = { successThreshold: 2, failureThreshold: 3 };
const verdictsOf = (results: readonly boolean[]): (ProbeState['verdict'] | undefined)[] => {
  let state = unprobed;
  return results.map((isSuccess) => (state = afterResult(state, isSuccess, thresholds)).verdict);
};

test('a verdict changes when its threshold of consecutive results is reached', () => {
  expect(verdictsOf([true, false, true, true, false, false, true, false, false, false])).toEqual([
    ...[undefined, undefined, undefined, 'passing'],
    ...['passing', 'passing', 'passing', 'passing', 'passing', 'failing'],
  ]);
});

test('a verdict never changes without its threshold of consecutive results', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (results) => {
      const verdicts = verdictsOf(results);
      for (const [index, verdict] of verdicts.entries()) {
        if (verdict === (verdicts[index - 1] ?? undefined)) continue;
        const needed = verdict === 'passing' ? thresholds.successThreshold : thresholds.failureThreshold;
        const last = results.slice(index + 1 - needed, index + 1);
        expect(last).toEqual(Array.from({ length: needed }, () => verdict === 'passing'));
      }
    }),
  );
});

test('restarts wait longer and longer', () => {
  expect([0, 1, 2, 3, 9].map(restartPauseMs)).toEqual([0, 10_000, 20_000, 40_000, 300_000]);
});
