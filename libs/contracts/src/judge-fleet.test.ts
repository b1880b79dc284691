import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DegradationRule } from './fleet.ts';
import { holdLevel, judgeFleet, type HeldLevel } from './judge-fleet.ts';

const troubled = ['open', 'half-open'];
const rules: readonly DegradationRule[] = [
  {
    name: 'ocr-down',
    level: 'L2',
    dependency: 'ocr',
    when: { breaker: 'ocr', states: troubled, share: 0.5 },
  },
  {
    name: 'ocr-degraded',
    level: 'L1',
    dependency: 'ocr',
    when: { measure: 'gpu-share', below: 0.5, share: 0.5 },
  },
  {
    name: 'slow',
    level: 'L2',
    dependency: 'database',
    when: { measure: 'write-seconds', above: 5, share: 1 },
  },
  { name: 'several', level: 'L4', dependency: null, when: { dependencies: 2 } },
];

const ocr = (state: string) => ({ breakers: [{ name: 'ocr', state }], measures: {} });
const measured = (measures: Readonly<Record<string, number>>) => ({ breakers: [], measures });

describe('R-02 judgeFleet', () => {
  test('is L0 without reports', () => {
    expect(judgeFleet([], rules)).toEqual({ level: 'L0', reasons: [] });
  });

  test('counts the processes that have the breaker', () => {
    const others = [measured({}), measured({}), measured({})];
    expect(judgeFleet([ocr('open'), ocr('closed'), ...others], rules)).toEqual({
      level: 'L2',
      reasons: ['ocr-down'],
    });
    expect(judgeFleet([ocr('open'), ocr('closed'), ocr('closed')], rules)).toEqual({
      level: 'L0',
      reasons: [],
    });
  });

  test('a half-open breaker counts as trouble', () => {
    expect(judgeFleet([ocr('half-open')], rules).level).toBe('L2');
  });

  test.each([
    [{ 'write-seconds': 5 }, 'L0'],
    [{ 'write-seconds': 5.1 }, 'L2'],
    [{ 'gpu-share': 0.5 }, 'L0'],
    [{ 'gpu-share': 0.4 }, 'L1'],
  ])('a measure of %j is %s', (measures, level) => {
    expect(judgeFleet([measured(measures)], rules).level).toBe(level);
  });

  test('two rules about one dependency count once', () => {
    expect(judgeFleet([ocr('open'), measured({ 'gpu-share': 0 })], rules)).toEqual({
      level: 'L2',
      reasons: ['ocr-down', 'ocr-degraded'],
    });
  });

  test('two dependencies count twice', () => {
    expect(judgeFleet([ocr('open'), measured({ 'write-seconds': 9 })], rules)).toEqual({
      level: 'L4',
      reasons: ['ocr-down', 'slow', 'several'],
    });
  });
});

describe('R-02 holdLevel', () => {
  const held: HeldLevel = { level: 'L2', reasons: ['ocr-down'], since: 1000, neededAt: 5000 };
  const normal = { level: 'L0', reasons: [] } as const;
  const worse = { level: 'L4', reasons: ['several'] } as const;

  test('gets worse at once', () => {
    expect(holdLevel(held, worse, { now: 5001, holdMs: 30_000 })).toEqual({
      ...worse,
      since: 5001,
      neededAt: 5001,
    });
  });

  test('gets better only after the hold time', () => {
    expect(holdLevel(held, normal, { now: 34_999, holdMs: 30_000 })).toEqual(held);
    expect(holdLevel(held, normal, { now: 35_000, holdMs: 30_000 })).toEqual({
      ...normal,
      since: 35_000,
      neededAt: 35_000,
    });
  });

  test('for any judgements, a better level comes only after the hold time, a worse one at once', () => {
    const judged = fc.record({
      level: fc.constantFrom('L0', 'L1', 'L2', 'L3', 'L4'),
      afterMs: fc.nat(40_000),
    });
    fc.assert(
      fc.property(fc.array(judged), (steps) => {
        let now = 0;
        let current: HeldLevel = { ...normal, since: 0, neededAt: 0 };
        for (const { level, afterMs } of steps) {
          now += afterMs;
          const before = current;
          current = holdLevel(before, { level, reasons: [] }, { now, holdMs: 30_000 });
          expect(current.level >= level).toBe(true);
          expect(current.level >= before.level || now - before.since >= 30_000).toBe(true);
        }
      }),
    );
  });
});
