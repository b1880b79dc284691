import { describe, expect, it } from 'vitest';
import { UsageError } from './arguments.ts';
import { parseFleet } from './fleet-arguments.ts';

const order = ['--by', 'anna', '--reason', 'move of the store'];
const ordered = { by: 'anna', reason: 'move of the store', yes: false };

describe('R-01 R-02 parseFleet', () => {
  it.each([
    [['show'], { kind: 'show' }],
    [['level', 'L4', ...order], { kind: 'set-level', level: 'L4', ...ordered }],
    [['level', 'release', ...order, '--yes'], { kind: 'release-level', ...ordered, yes: true }],
    [
      ['breaker', 'ocr', 'open', ...order],
      { kind: 'set-breaker', breaker: 'ocr', state: 'open', ...ordered },
    ],
    [['breaker', 'ocr', 'release', ...order], { kind: 'release-breaker', breaker: 'ocr', ...ordered }],
  ])('reads %j', (argv, expected) => {
    expect(parseFleet(argv)).toEqual(expected);
  });

  it.each([
    [[]],
    [['level', ...order]],
    [['level', 'L5', ...order]],
    [['level', 'L4', '--by', 'anna']],
    [['level', 'L4', '--reason', 'because']],
    [['breaker', 'ocr', 'half-open', ...order]],
    [['breaker', 'ocr', ...order]],
    [['level', 'L4', ...order, '--colour']],
  ])('refuses %j', (argv) => {
    expect(() => parseFleet(argv)).toThrow(UsageError);
  });
});
