import { UsageError } from '@docfleet/command-line';
import { describe, expect, it } from 'vitest';
import { parseOrder } from './order-arguments.ts';

const options = { reason: 'move of the store', direct: false, yes: false };
const read = { reason: 'move of the store', by: undefined, forSeconds: undefined, direct: false, yes: false };

describe('R-01 R-02 O-10 parseOrder', () => {
  it.each([
    ['fleet level L4', { kind: 'level', level: 'L4' }],
    ['fleet level release', { kind: 'level', level: null }],
    ['fleet breaker ocr open', { kind: 'breaker', breaker: 'ocr', state: 'open' }],
    ['fleet breaker ocr release', { kind: 'breaker', breaker: 'ocr', state: null }],
    ['pause ocr', { kind: 'pause', stage: 'ocr', lane: null, paused: true }],
    ['pause ocr normal', { kind: 'pause', stage: 'ocr', lane: 'normal', paused: true }],
    ['resume ocr', { kind: 'pause', stage: 'ocr', lane: null, paused: false }],
    ['drain ocr-host-1', { kind: 'drain', process: 'ocr-host-1', drained: true }],
    ['undrain ocr-host-1', { kind: 'drain', process: 'ocr-host-1', drained: false }],
  ])('reads %s', (line, order) => {
    expect(parseOrder(line.split(' '), options)).toEqual({ ...read, order });
  });

  it('reads who gives it, for how long, and that it is written directly', () => {
    const all = { ...options, by: 'anna', for: '2h', direct: true, yes: true };
    expect(parseOrder(['pause', 'ocr'], all)).toMatchObject({
      by: 'anna',
      forSeconds: 7200,
      direct: true,
      yes: true,
    });
  });

  it.each([
    ['fleet', options],
    ['fleet level', options],
    ['fleet level L5', options],
    ['fleet level L4', { ...options, reason: undefined }],
    ['fleet level L4', { ...options, direct: true }],
    ['fleet level L4', { ...options, for: '0m' }],
    ['fleet level L4', { ...options, for: 'long' }],
    ['fleet breaker ocr half-open', options],
    ['fleet breaker ocr', options],
    ['pause', options],
    ['pause gateway', options],
    ['pause ocr slow', options],
    ['pause ocr high normal', options],
    ['drain', options],
    ['drain a b', options],
    ['drain a/b', options],
  ])('refuses %s', (line, given) => {
    expect(() => parseOrder(line.split(' '), given)).toThrow(UsageError);
  });
});
