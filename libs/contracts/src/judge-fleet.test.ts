import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DegradationRule } from './fleet.ts';
import { degradationMatrix } from './generated/fleet.ts';
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

  test('a mean is taken over the processes that report the measure, and must be past its bound', () => {
    const capacity: readonly DegradationRule[] = [
      { name: 'gpu-lost', level: 'L2', dependency: 'ocr', when: { mean: 'gpu-share', below: 0.5 } },
    ];
    const levelOf = (...shares: readonly (number | undefined)[]) =>
      judgeFleet(
        shares.map((share) => measured(share === undefined ? {} : { 'gpu-share': share })),
        capacity,
      ).level;
    expect([
      levelOf(undefined),
      levelOf(1, 0),
      levelOf(1, 0, undefined),
      levelOf(1, 0, 0),
      levelOf(0.75, 0),
    ]).toEqual(['L0', 'L0', 'L0', 'L2', 'L2']);
  });

  test('two dependencies count twice', () => {
    expect(judgeFleet([ocr('open'), measured({ 'write-seconds': 9 })], rules)).toEqual({
      level: 'L4',
      reasons: ['ocr-down', 'slow', 'several'],
    });
  });
});

describe('R-02 the matrix of the fleet', () => {
  const open = (...names: readonly string[]) => ({
    breakers: names.map((name) => ({ name, state: 'open' })),
    measures: {},
  });
  const healthy = { breakers: [{ name: 'database', state: 'closed' }], measures: {} };
  const seconds = (value: number) => measured({ 'database-write-seconds': value });
  const gpu = (value: number) => measured({ 'gpu-share': value });

  test.each([
    ['nothing is wrong', [healthy, seconds(0.1), gpu(1)], 'L0', []],
    ['writes take 5 s', [seconds(5)], 'L0', []],
    ['writes take longer than 5 s', [seconds(5.1)], 'L2', ['database-slow']],
    ['one of three processes writes slowly', [seconds(9), seconds(0.1), seconds(0.1)], 'L0', []],
    ['the database is away', [open('database')], 'L2', ['database-down']],
    [
      'the database is away and was slow',
      [open('database'), seconds(9)],
      'L2',
      ['database-down', 'database-slow'],
    ],
    ['half of the OCR processes have their GPU', [gpu(1), gpu(0)], 'L0', []],
    ['fewer than half have it', [gpu(1), gpu(0), gpu(0)], 'L2', ['gpu-lost']],
    ['no OCR process is meant to have one', [measured({})], 'L0', []],
    ['the OCR engine is down', [open('ocr')], 'L2', ['ocr-down']],
    ['engine and GPU are one dependency', [open('ocr'), gpu(0)], 'L2', ['ocr-down', 'gpu-lost']],
    ['the object store is away', [open('object-store')], 'L4', ['store-gone']],
    [
      'database and OCR are away',
      [open('database'), open('ocr')],
      'L4',
      ['ocr-down', 'database-down', 'several-gone'],
    ],
    [
      'GPU lost while writes are slow',
      [gpu(0), seconds(6)],
      'L4',
      ['gpu-lost', 'database-slow', 'several-gone'],
    ],
  ])('%s', (_, reports, level, reasons) => {
    expect(judgeFleet(reports, degradationMatrix.rules)).toEqual({ level, reasons });
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
