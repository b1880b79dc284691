import { UsageError } from '@docfleet/command-line';
import { describe, expect, it } from 'vitest';
import { parseFleet } from './fleet-arguments.ts';

const order = { by: 'anna', reason: 'move of the store', yes: false };

describe('R-01 R-02 parseFleet', () => {
  it.each([
    [['show'], { yes: false }, { kind: 'show' }],
    [['level', 'L4'], order, { kind: 'set-level', level: 'L4', ...order }],
    [['level', 'release'], { ...order, yes: true }, { kind: 'release-level', ...order, yes: true }],
    [['breaker', 'ocr', 'open'], order, { kind: 'set-breaker', breaker: 'ocr', state: 'open', ...order }],
    [['breaker', 'ocr', 'release'], order, { kind: 'release-breaker', breaker: 'ocr', ...order }],
  ])('reads %j', (operands, options, expected) => {
    expect(parseFleet(operands, options)).toEqual(expected);
  });

  it.each([
    [[], order],
    [['level'], order],
    [['level', 'L5'], order],
    [['level', 'L4'], { by: 'anna', yes: false }],
    [['level', 'L4'], { reason: 'because', yes: false }],
    [['breaker', 'ocr', 'half-open'], order],
    [['breaker', 'ocr'], order],
  ])('refuses %j', (operands, options) => {
    expect(() => parseFleet(operands, options)).toThrow(UsageError);
  });
});
