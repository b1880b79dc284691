import type { FleetOrder } from '@docfleet/client';
import { expect, test } from 'vitest';
import { breakersOf, isPaused, releaseOf } from './orders.ts';

const order = (kind: FleetOrder['kind'], what: string): FleetOrder => ({
  kind,
  what,
  isSet: true,
  by: null,
  reason: 'a test',
  since: '2026-11-28T09:00:00Z',
  until: null,
});

test('what an order set is released by the opposite one', () => {
  const released = [
    order('level', 'L2'),
    order('breaker', 'ocr open'),
    order('pause', 'ocr'),
    order('pause', 'ocr urgent'),
    order('drain', 'ocr-1'),
    order('models', 'abc'),
    order('pause', 'unknown'),
  ].map(releaseOf);
  expect(released).toEqual([
    { kind: 'level', level: null },
    { kind: 'breaker', breaker: 'ocr', state: null },
    { kind: 'pause', stage: 'ocr', lane: null, paused: false },
    { kind: 'pause', stage: 'ocr', lane: 'urgent', paused: false },
    { kind: 'drain', process: 'ocr-1', drained: false },
    undefined,
    undefined,
  ]);
});

test('a stage is paused by an order for all of it', () => {
  const orders = [order('pause', 'ocr urgent'), order('pause', 'extraction')];
  expect([isPaused(orders, 'ocr'), isPaused(orders, 'extraction')]).toEqual([false, true]);
});

test('breakers are shown by name, over all processes', () => {
  const breakers = breakersOf([
    { process: 'ocr-1', breakers: [{ name: 'ocr', state: 'open' }] },
    { process: 'gateway-1', breakers: [{ name: 'database', state: 'closed' }] },
    { process: 'ocr-2', breakers: [{ name: 'ocr', state: 'closed' }] },
  ]);
  expect(breakers).toEqual([
    { name: 'database', processes: [{ process: 'gateway-1', state: 'closed' }] },
    {
      name: 'ocr',
      processes: [
        { process: 'ocr-1', state: 'open' },
        { process: 'ocr-2', state: 'closed' },
      ],
    },
  ]);
});
